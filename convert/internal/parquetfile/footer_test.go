package parquetfile

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
)

// writeParquet returns a file of two row groups of three rows, and its columns.
func writeParquet(t *testing.T) (file string, columns []string) {
	t.Helper()
	f, group := threeRows(t)
	var b strings.Builder
	part, err := f.NewPart(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(part.Append(group), part.Append(group), part.Close()); err != nil {
		t.Fatal(err)
	}
	for _, field := range batchtest.EveryType().Fields() {
		columns = append(columns, field.Name)
	}
	return b.String(), columns
}

// threeRows returns a format and a row group of it.
func threeRows(t *testing.T) (encode.Format, encode.RowGroup) {
	t.Helper()
	s := batchtest.EveryType()
	rec := batchtest.NewBatch(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, []batchtest.Row{batchtest.SampleRow(s, 1), batchtest.SampleRow(s, 2), batchtest.SampleRow(s, 3)})
	defer rec.Release()
	f, err := New(s, Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	group, err := f.NewEncoder().Encode(nil, []arrow.Record{rec})
	if err != nil {
		t.Fatal(err)
	}
	return f, group
}

func TestCheckFooter(t *testing.T) {
	t.Parallel()
	file, columns := writeParquet(t)
	size, err := FooterSize([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	footer := file[len(file)-int(size):]
	renamed := append([]string{"other"}, columns[1:]...)
	tests := []struct {
		name    string
		tail    string
		rows    int64
		columns []string
		want    string // in the error; empty for none
	}{
		{"whole file", file, 6, columns, ""},
		{"footer alone", footer, 6, columns, ""},
		{"cut in front", footer[1:], 6, columns, "footer of "},
		{"cut at the end", file[:len(file)-1], 6, columns, "no Parquet footer"},
		{"eight bytes", "PAR1\xff\xff\xff\xff", 6, columns, "no Parquet footer"},
		{"nothing", "", 6, columns, "no Parquet footer"},
		{"no structure", "\xff\x01\x00\x00\x00PAR1", 6, columns, "parse footer: "},
		{"a row more", file, 5, columns, "the footer counts 6 rows, its row groups 6, not 5"},
		{"a column more", file, 6, columns[1:], "row group 0 has 6 columns, not 5"},
		{"another column", file, 6, renamed, "the footer has the columns "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := CheckFooter([]byte(tt.tail), tt.rows, tt.columns)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error is %v; want %q", err, tt.want)
			}
		})
	}
}
