// Command show prints the first rows of Parquet files as a table, so that they can be
// looked at with nothing installed but Go.
//
//	go run ./testdata/show ROWS COLUMN,COLUMN,… FILE…
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/parquet-go/parquet-go"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "show:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return errors.New("usage: show ROWS COLUMN,COLUMN,... FILE [FILE...]")
	}
	most, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	columns := strings.Split(args[1], ",")
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, strings.Join(columns, "\t"))
	for _, name := range args[2:] {
		if err := show(out, name, columns, most); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return out.Flush()
}

// show prints the first rows of a file, at most as many as most.
func show(w io.Writer, name string, columns []string, most int) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := parquet.NewReader(file)
	defer rows.Close()
	row := make([]parquet.Row, 1)
	for range most {
		n, err := rows.ReadRows(row)
		if n > 0 {
			fmt.Fprintln(w, strings.Join(cells(rows.Schema(), row[0], columns), "\t"))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cells returns the values of columns in a row, a hyphen for null.
func cells(schema *parquet.Schema, row parquet.Row, columns []string) []string {
	texts := make([]string, len(columns))
	for i, name := range columns {
		texts[i] = "-"
		column, ok := schema.Lookup(name)
		if !ok || row[column.ColumnIndex].IsNull() {
			continue
		}
		texts[i] = text(column.Node, row[column.ColumnIndex])
	}
	return texts
}

func text(n parquet.Node, v parquet.Value) string {
	if strings.HasPrefix(n.Type().String(), "TIMESTAMP") {
		return time.UnixMicro(v.Int64()).UTC().Format("2006-01-02 15:04:05.000")
	}
	return v.String()
}
