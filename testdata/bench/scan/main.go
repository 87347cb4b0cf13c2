// Command scan prints how many bytes queries read of a report's table, for
// several layouts of it, and what they cost, as Markdown tables.
//
//	scan [-price DOLLARS] [-size BYTES] NAME=PATH…
//
// A layout is a folder (with columns in its path, as Hive has them) or a file,
// Parquet or CSV. What the queries look for is picked from the first layout that
// batchreport wrote.
//
// # The reader
//
// Bytes and requests are computed, from what the files say, for a reader that does what
// Trino's does by default, of which Athena's is a relative:
//
//   - A file that the columns in its path exclude is not opened. Of each other
//     file the last 48 KiB are read, and the footer again where it is longer.
//   - A row group is excluded by the statistics of a column in a condition; where
//     these do not, by the column indexes of the columns in conditions; then, for an
//     equality, by the bloom filter, whose first 64 bytes and bits are two
//     requests; then by the dictionary page, if the footer says that all values are in it.
//   - In a row group that is left, the offset indexes of the columns that the query needs
//     are read. Pages are read that may have one of the rows that are left, with the
//     dictionary of their chunk; without a condition, or an index, whole chunks.
//   - What is read of pages is planned for the whole file: ranges with at most 1 MiB
//     between them become one request of at most 8 MiB, and what lies between
//     them is read too. Ranges of 8 MiB and more are requests of their own. Indexes of one
//     row group are merged likewise.
//   - Conditions are not evaluated before the other columns are read.
//   - Of CSV everything is read.
//
// What other programs wrote has keys as they are in the report, and lacks columns; a
// query reads those instead of which it would have to make them.
//
// # The price
//
// Athena bills the bytes read, rounded up to megabytes, and 10 of them at least. The second
// table is for a report of -size, larger than the one that was read: it has as many
// times the files and row groups, of which each costs the same; but where one row is
// sought, that is in one of them only.
package main

import (
	"errors"
	"flag"
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

// run does what args ask for.
func run(w io.Writer, args []string) error {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(w)
	price := flags.Float64("price", 5, "`DOLLARS` for a TB that a query reads")
	size := flags.Float64("size", 20e9, "`BYTES` of the report that the second table is for")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	var layouts []*layout
	defer func() {
		for _, l := range layouts {
			l.close()
		}
	}()
	for _, arg := range flags.Args() {
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
	csv := slices.IndexFunc(layouts, func(l *layout) bool { return l.csv > 0 })
	if csv < 0 {
		return errors.New("none of the layouts is the report, as CSV")
	}
	v, err := pickValues(layouts[first])
	if err != nil {
		return err
	}
	t, err := scanAll(layouts, queries(v))
	if err != nil {
		return err
	}
	times := *size / float64(layouts[csv].csv)
	t.write(w, "MB read (requests)", func(s scan) string {
		return fmt.Sprintf("%s (%d)", megabytes(s.all.bytes), s.all.requests)
	})
	t.write(w, fmt.Sprintf("$ for 1,000 queries on %.0f GB", *size/1e9), func(s scan) string {
		return fmt.Sprintf("%.2f", 1000*dollars(s.scaled(times).bytes, *price))
	})
	fmt.Fprintf(w, "%d rows; code %s (%d rows), key `%s`, prefix `%s`, request id `%s`; $%g a TB.\n", v.rows, v.code, v.codeRows, v.key, v.prefix, v.requestID, *price)
	return nil
}

// table has the scans of all queries, by layout.
type table struct {
	layouts []string
	queries []string
	scans   [][]scan
}

func scanAll(layouts []*layout, queries []query) (*table, error) {
	t := &table{}
	for _, l := range layouts {
		t.layouts = append(t.layouts, l.name)
	}
	for _, q := range queries {
		var scans []scan
		for _, l := range layouts {
			s, err := scanLayout(l, q)
			if err != nil {
				return nil, fmt.Errorf("layout %s: %w", l.name, err)
			}
			scans = append(scans, s)
		}
		t.queries = append(t.queries, q.name)
		t.scans = append(t.scans, scans)
	}
	return t, nil
}

// write writes a line for each query and a column for each layout.
func (t *table) write(w io.Writer, title string, cell func(scan) string) {
	fmt.Fprintf(w, "| %s | %s |\n|---|%s\n", title, strings.Join(t.layouts, " | "), strings.Repeat("---:|", len(t.layouts)))
	for i, scans := range t.scans {
		line := "| " + t.queries[i] + " |"
		for _, s := range scans {
			line += " " + cell(s) + " |"
		}
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
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
