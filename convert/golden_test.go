package convert_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/parquet-go/parquet-go"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
	"batchreport/schema"
)

var update = flag.Bool("update", false, "rewrite testdata/golden")

// TestGolden converts every good report in testdata/reports and compares the
// table with testdata/golden, as NDJSON byte for byte and as Parquet value for value.
func TestGolden(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("../testdata/reports")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		report := e.Name()
		if !e.IsDir() || report == "broken" {
			continue
		}
		t.Run(report, func(t *testing.T) {
			t.Parallel()
			golden := filepath.Join("../testdata/golden", report+".ndjson")
			var got []byte
			for _, part := range convertReport(t, report, convert.Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.None, PartitionBy: []schema.Column{}}}) {
				got = append(got, part.data...)
			}
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, got, want)
			rows := decodeRows(t, want)
			t.Run("parquet", func(t *testing.T) {
				t.Parallel()
				compareParquet(t, convertReport(t, report, convert.Options{}), rows)
			})
		})
	}
}

// part is a file of a table and the columns that live in its path.
type part struct {
	data      []byte
	partition map[string]any
}

// convertReport converts a report of testdata and returns the table's parts, in
// the order of the commit records.
func convertReport(t *testing.T, report string, o convert.Options) []part {
	t.Helper()
	store, dest := disk.Store{}, filepath.Join(t.TempDir(), "table")
	if _, err := convert.Convert(t.Context(), store, []string{filepath.Join("../testdata/reports", report)}, dest, o); err != nil {
		t.Fatal(err)
	}
	records, err := ledger.ReadRecords(t.Context(), store, dest)
	if err != nil {
		t.Fatal(err)
	}
	var parts []part
	for _, r := range records {
		for _, p := range r.Outputs {
			data, err := os.ReadFile(filepath.Join(dest, p.Name))
			if err != nil {
				t.Fatal(err)
			}
			partition := map[string]any{}
			for _, v := range p.Partition {
				if v.Value != nil {
					partition[v.Column] = *v.Value
				}
			}
			parts = append(parts, part{data, partition})
		}
	}
	return parts
}

func compareLines(t *testing.T, got, want []byte) {
	t.Helper()
	g, w := bytes.SplitAfter(got, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	if len(g) != len(w) {
		t.Errorf("%d rows; want %d", len(g)-1, len(w)-1)
	}
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			t.Errorf("row %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
}

// rowID identifies a row in a table of several jobs.
type rowID struct {
	file string
	row  float64
}

func decodeRows(t *testing.T, lines []byte) map[rowID]map[string]any {
	t.Helper()
	rows := map[rowID]map[string]any{}
	for dec := json.NewDecoder(bytes.NewReader(lines)); ; {
		var row map[string]any
		if err := dec.Decode(&row); errors.Is(err, io.EOF) {
			return rows
		} else if err != nil {
			t.Fatal(err)
		}
		rows[identify(row)] = row
	}
}

func identify(row map[string]any) rowID {
	file, _ := row[schema.ReportFile.String()].(string)
	n, _ := row[schema.ReportRow.String()].(float64)
	return rowID{file, n}
}

// compareParquet compares every value of every column, nulls too.
func compareParquet(t *testing.T, parts []part, want map[rowID]map[string]any) {
	t.Helper()
	found := 0
	for _, p := range parts {
		for _, got := range readParquet(t, p) {
			found++
			id := identify(got)
			for _, c := range schema.AllColumns() {
				if g, w := got[c.String()], want[id][c.String()]; g != w {
					t.Errorf("%s row %v: %s is %v; want %v", id.file, id.row, c, g, w)
				}
			}
		}
	}
	if found != len(want) {
		t.Errorf("%d rows; want %d", found, len(want))
	}
}

// readParquet returns the rows of a part as encoding/json would decode them
// from NDJSON: nulls left out, numbers as float64, times as text.
func readParquet(t *testing.T, p part) []map[string]any {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(p.data), int64(len(p.data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range f.Schema().Columns() {
		names = append(names, strings.Join(path, "."))
	}
	var rows []map[string]any
	for _, group := range f.RowGroups() {
		r := group.Rows()
		values := make([]parquet.Row, group.NumRows())
		if n, err := r.ReadRows(values); n < len(values) {
			t.Fatalf("%d of %d rows: %v", n, len(values), err)
		}
		for _, row := range values {
			decoded := map[string]any{}
			for _, v := range row {
				if name := names[v.Column()]; !v.IsNull() {
					decoded[name] = decodeValue(t, name, v)
				}
			}
			for name, v := range p.partition {
				decoded[name] = v
			}
			rows = append(rows, decoded)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func decodeValue(t *testing.T, name string, v parquet.Value) any {
	t.Helper()
	c, err := schema.ParseColumn(name, schema.AllColumns())
	if err != nil {
		t.Fatal(err)
	}
	switch c.Type().ID() {
	case arrow.TIMESTAMP:
		return time.UnixMicro(v.Int64()).UTC().Format("2006-01-02T15:04:05.000Z")
	case arrow.INT32:
		return float64(v.Int32())
	case arrow.INT64:
		return float64(v.Int64())
	case arrow.FLOAT64:
		return v.Double()
	default:
		return string(v.ByteArray())
	}
}

// TestColumnsFilled checks that every column has a value in some golden row: one that no
// reader fills, or that nobody hands to the builder, is null everywhere and fails nothing
// else.
func TestColumnsFilled(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("../testdata/golden/*.ndjson")
	if err != nil || len(names) == 0 {
		t.Fatal("no golden rows", err)
	}
	filled := map[string]bool{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
			var row map[string]any
			if err := d.Decode(&row); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for column := range row {
				filled[column] = true
			}
		}
	}
	for _, c := range schema.AllColumns() {
		if !filled[c.String()] {
			t.Errorf("no golden row has a %s", c)
		}
	}
}
