package convert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Rows stand in the order of the files and of their records in every partition,
// though some blocks have rows of several partitions; and rows that sort alike stand
// in the order in which they were read.
func TestFileOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]string{}
	for f := range 3 {
		var rows strings.Builder
		for i := range 40_000 {
			code := "X"
			if f > 0 && i/1000 == 20 {
				code = []string{"X", "Y", "Z"}[i%3] // in the middle block only
			}
			fmt.Fprintf(&rows, "bucket,key-%d-%d,,failed,403,%s,Access Denied\n", f, i, code)
		}
		files[fmt.Sprintf("%d.csv", f)] = rows.String()
	}
	storagetest.WriteTree(t, dir, files)
	for _, o := range []Options{
		{Spec: table.Spec{PartitionBy: []schema.Column{}}},
		{Spec: table.Spec{PartitionBy: []schema.Column{schema.TaskStatus}}},
		{Spec: table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}}},
		{Spec: table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}, SortBy: []string{"bucket"}}},
		{Spec: table.Spec{PartitionBy: []schema.Column{}, SortBy: []string{"error_code"}}},
	} {
		t.Run(fmt.Sprint(table.ColumnNames(o.PartitionBy), o.SortBy), func(t *testing.T) {
			t.Parallel()
			o.Format, o.Compression = table.NDJSON, table.None
			o.Columns = []schema.Column{schema.Bucket, schema.ErrorCode, schema.ReportFile, schema.ReportRow}
			if slices.Contains(o.PartitionBy, schema.TaskStatus) {
				o.Columns = append(o.Columns, schema.TaskStatus)
			}
			dest := filepath.Join(t.TempDir(), "table")
			sources := []string{filepath.Join(dir, "0.csv"), filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv")}
			if _, err := Convert(t.Context(), disk.Store{}, sources, dest, o); err != nil {
				t.Fatal(err)
			}
			total := 0
			for name, data := range storagetest.ReadTree(t, dest) {
				if !strings.HasSuffix(name, ".ndjson") {
					continue
				}
				last, file := map[string]int64{}, ""
				for line := range bytes.Lines([]byte(data)) {
					var row struct {
						File string `json:"report_file"`
						Row  int64  `json:"report_row"`
						Code string `json:"error_code"`
					}
					if err := json.Unmarshal(line, &row); err != nil {
						t.Fatal(err)
					}
					at := row.File + row.Code
					if o.SortBy == nil {
						at = row.File
					}
					if row.Row <= last[at] {
						t.Fatalf("%s: row %d of %s comes after row %d", name, row.Row, row.File, last[at])
					}
					if o.SortBy == nil && row.File < file {
						t.Fatalf("%s: row %d of %s comes after %s", name, row.Row, row.File, file)
					}
					last[at], file = row.Row, row.File
					total++
				}
			}
			if total != 120_000 {
				t.Errorf("%d rows", total)
			}
		})
	}
}
