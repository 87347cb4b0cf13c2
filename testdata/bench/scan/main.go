// Command scan prints how many bytes queries read of a report's table, for
// several layouts of it, as a Markdown table.
//
//	scan NAME=PATH…
//
// A layout is a folder (with columns in its path, as Hive has them) or a file,
// Parquet or CSV. What the queries look for is picked from the first layout that
// batchreport wrote.
//
// # The reader
//
// Bytes are computed, from what the files say, for a reader that does all that a
// Parquet file allows, as Athena and Trino nearly do:
//
//   - A file that the columns in its path exclude is not opened. Of each other
//     file the footer is read, with its length and magic number.
//   - A row group is excluded by the statistics of a column in a condition; where
//     these do not, for an equality by its bloom filter, which is read whole; then
//     by its dictionary page, if the footer says that all values are in it.
//   - In a row group that is left, column index and offset index of the columns in
//     conditions tell which pages may have rows; of every other column that the
//     query needs, the offset index is read, and the pages in which one of these
//     rows is. A page is read whole, and so is a chunk without page index. With a
//     chunk goes its dictionary page.
//   - Conditions are not evaluated before the other columns are read.
//   - Without a condition on a column in the file, whole chunks are read and no
//     index.
//   - Of CSV everything is read.
//
// hyparquet asks for exactly these bytes when it looks for one key, but for the
// 512 KiB that it takes for a footer.
//
// Nothing is rounded up to what a request fetches, or to the 10 MB that Athena
// bills at least. What other programs wrote has keys as they are in the report,
// and no templates: these would have to be made of the message's columns.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	var layouts []*layout
	defer func() {
		for _, l := range layouts {
			l.close()
		}
	}()
	for _, arg := range args {
		name, path, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%q is not NAME=PATH", arg)
		}
		l, err := openLayout(name, path)
		if err != nil {
			return err
		}
		layouts = append(layouts, l)
	}
	first := slices.IndexFunc(layouts, func(l *layout) bool { return len(l.files) > 0 && l.files[0].ours() })
	if first < 0 {
		return errors.New("none of the layouts was written by batchreport")
	}
	v, err := pickValues(layouts[first])
	if err != nil {
		return err
	}
	return writeTable(w, layouts, v)
}

// writeTable writes a line for each query and a column for each layout.
func writeTable(w io.Writer, layouts []*layout, v *values) error {
	header, rule := "| MB read |", "|---|"
	for _, l := range layouts {
		header += " " + l.name + " |"
		rule += "---:|"
	}
	lines := []string{header, rule}
	for _, q := range queries(v) {
		line := "| " + q.name + " |"
		for _, l := range layouts {
			s, err := scanLayout(l, q)
			if err != nil {
				return fmt.Errorf("layout %s: %w", l.name, err)
			}
			line += " " + megabytes(s.bytes()) + " |"
		}
		lines = append(lines, line)
	}
	fmt.Fprintln(w, strings.Join(lines, "\n"))
	fmt.Fprintf(w, "\n%d rows; code %s (%d rows), key `%s`, prefix `%s`, request id `%s`.\n", v.rows, v.code, v.codeRows, v.key, v.prefix, v.requestID)
	return nil
}

// megabytes writes bytes as MB of three digits.
func megabytes(n int64) string {
	mb := float64(n) / 1e6
	switch {
	case mb >= 100:
		return fmt.Sprintf("%.0f", mb)
	case mb >= 10:
		return fmt.Sprintf("%.1f", mb)
	case mb >= 1:
		return fmt.Sprintf("%.2f", mb)
	default:
		return fmt.Sprintf("%.3f", mb)
	}
}
