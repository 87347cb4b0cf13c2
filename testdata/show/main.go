// Command show prints rows of Parquet files as JSON objects, nulls left out, so
// that a table can be looked at with nothing installed but Go.
//
//	go run ./testdata/show COLUMN,COLUMN,… FILE…
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "show: usage: show COLUMN,COLUMN,... FILE...")
		os.Exit(2)
	}
	for _, name := range os.Args[2:] {
		if err := show(os.Stdout, name, strings.Split(os.Args[1], ",")); err != nil {
			fmt.Fprintln(os.Stderr, "show:", err)
			os.Exit(1)
		}
	}
}

// show prints the rows of a file.
func show(w io.Writer, name string, columns []string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := parquet.NewReader(file)
	defer rows.Close()
	fields := rows.Schema().Fields()
	row := make([]parquet.Row, 1)
	for {
		n, err := rows.ReadRows(row)
		if n > 0 {
			if err := printRow(w, fields, row[0], columns); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
}

func printRow(w io.Writer, fields []parquet.Field, row parquet.Row, columns []string) error {
	var members []string
	for i, v := range row {
		name := fields[i].Name()
		if v.IsNull() || !slices.Contains(columns, name) {
			continue
		}
		value, err := json.Marshal(goValue(fields[i], v))
		if err != nil {
			return err
		}
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	_, err := fmt.Fprintf(w, "{%s}\n", strings.Join(members, ", "))
	return err
}

func goValue(f parquet.Field, v parquet.Value) any {
	switch {
	case v.Kind() == parquet.ByteArray:
		return string(v.ByteArray())
	case v.Kind() == parquet.Double:
		return v.Double()
	case strings.HasPrefix(f.Type().String(), "TIMESTAMP"):
		return time.UnixMicro(v.Int64()).UTC()
	default:
		return v.Int64()
	}
}
