package parquetfile

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

// TestRowGroups proves that a part has the bytes of its row groups as they were encoded,
// that what the footer says of a chunk and its filter is where these are, and that nothing
// lies between them or in two of them.
func TestRowGroups(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{Compression: encode.Zstd},
		{Compression: encode.Snappy},
		{Compression: encode.Gzip},
		{Compression: encode.None},
		{Compression: encode.Zstd, Bloom: []string{"key", "request_id", "error_code", "error_type", "http_status_code", "report_row"}}, // one is all null
		{Compression: encode.Zstd, SortBy: []string{"task_status", "key", "not_in_the_file", "timeout_seconds", "report_row"}},
	} {
		t.Run(fmt.Sprint(o.Compression, o.Bloom, o.SortBy), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			s := schema.Arrow(schema.AllColumns())
			var rows []batchtest.Row
			for i := range 1000 {
				rows = append(rows, batchtest.SampleRow(s, i))
			}
			rec := batchtest.NewBatch(t, mem, s, rows)
			defer rec.Release()

			f, err := New(s, o)
			if err != nil {
				t.Fatal(err)
			}
			f.(*fileFormat).pageSize = 1000
			group, err := f.NewEncoder().Encode(nil, []arrow.Record{rec})
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			part, err := f.NewPart(&file)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := part.Append(group); err != nil {
					t.Fatal(err)
				}
			}
			if err := part.Close(); err != nil {
				t.Fatal(err)
			}

			data := file.Bytes()
			checkLayout(t, data)
			if want := slices.Concat([]byte(magic), group.Data, group.Data); !bytes.HasPrefix(data, want) {
				t.Error("the row groups are not the encoder's bytes")
			}
			batchtest.CompareRows(t, readParquet(t, s, data), slices.Concat(rows, rows))
			got := openParquet(t, data).Metadata().RowGroups
			if len(got) != 2 {
				t.Fatalf("%d row groups, want 2", len(got))
			}
			for g := range got {
				var names []string
				for _, c := range got[g].SortingColumns {
					names = append(names, s.Field(int(c.ColumnIdx)).Name)
					if c.Descending || c.NullsFirst {
						t.Errorf("row group %d is sorted by %+v", g, c)
					}
				}
				if o.SortBy != nil && !slices.Equal(names, []string{"task_status", "key"}) || o.SortBy == nil && names != nil {
					t.Errorf("row group %d is sorted by %q", g, names)
				}
			}
			for c, field := range s.Fields() {
				chunk, filter := chunkBytes(data, got[0].Columns[c]), filterBytes(data, got[0].Columns[c])
				if o.hasBloom(field.Name) != (len(filter) > 0) {
					t.Errorf("column %s: filter of %d bytes", field.Name, len(filter))
				}
				if !bytes.Equal(chunkBytes(data, got[1].Columns[c]), chunk) || !bytes.Equal(filterBytes(data, got[1].Columns[c]), filter) {
					t.Errorf("column %s: the second row group is not like the first", field.Name)
				}
			}
		})
	}
}

func chunkBytes(file []byte, chunk pq.ColumnChunk) []byte {
	start := chunkStart(chunk.MetaData)
	return file[start : start+chunk.MetaData.TotalCompressedSize]
}

func filterBytes(file []byte, chunk pq.ColumnChunk) []byte {
	m := chunk.MetaData
	return file[m.BloomFilterOffset : m.BloomFilterOffset+int64(m.BloomFilterLength)]
}

func TestFooter(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			s := schema.Arrow(schema.AllColumns())
			const createdBy = "batchreport version 1.2.3 (build abc)"
			f, err := New(s, Options{
				Compression: encode.Zstd,
				CreatedBy:   createdBy,
				KeyValue:    []KeyValue{{"z-key", "1"}, {"a-key", "2"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			var table []batchtest.Row
			for i := range rows {
				table = append(table, batchtest.SampleRow(s, i))
			}
			data := batchtest.EncodePart(t, mem, f, s, [][][]batchtest.Row{{table}})
			footer := openParquet(t, data).Metadata()
			if footer.NumRows != int64(rows) || len(footer.RowGroups) != rows {
				t.Errorf("%d rows in %d row groups, want %d", footer.NumRows, len(footer.RowGroups), rows)
			}
			if footer.CreatedBy != createdBy {
				t.Errorf("created by %q", footer.CreatedBy)
			}
			if kv := footer.KeyValueMetadata; !slices.Equal(kv, []pq.KeyValue{{Key: "a-key", Value: "2"}, {Key: "z-key", Value: "1"}}) {
				t.Errorf("metadata %v", kv)
			}
			if bytes.Index(data, []byte("z-key")) > bytes.Index(data, []byte("a-key")) {
				t.Error("metadata are not in the order given") // parquet-go sorts what it reads
			}
			if got, want := len(footer.Schema)-1, len(s.Fields()); got != want {
				t.Fatalf("%d columns, want %d", got, want)
			}
			for i, field := range s.Fields() {
				e := footer.Schema[i+1]
				if e.Name != field.Name || e.RepetitionType.V != pq.Optional {
					t.Errorf("column %d is %s %s, want optional %s", i, e.RepetitionType.V, e.Name, field.Name)
				}
				if got, want := e.Type.V.String()+" "+e.LogicalType.String(), logicalTypes()[field.Type.ID()]; got != want {
					t.Errorf("column %s is %s, want %s", field.Name, got, want)
				}
			}
		})
	}
}

func logicalTypes() map[arrow.Type]string {
	return map[arrow.Type]string{
		arrow.STRING:     "BYTE_ARRAY STRING",
		arrow.DICTIONARY: "BYTE_ARRAY STRING",
		arrow.INT32:      "INT32 INT(32,true)",
		arrow.INT64:      "INT64 INT(64,true)",
		arrow.FLOAT64:    "DOUBLE ",
		arrow.TIMESTAMP:  "INT64 TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)",
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	date := arrow.NewSchema([]arrow.Field{{Name: "d", Type: arrow.FixedWidthTypes.Date32}}, nil)
	tests := []struct {
		name      string
		schema    *arrow.Schema
		options   Options
		extension string
		err       string
	}{
		{"zstd", batchtest.EveryType(), Options{Compression: encode.Zstd, Level: 22}, ".zstd.parquet", ""},
		{"snappy", batchtest.EveryType(), Options{Compression: encode.Snappy}, ".snappy.parquet", ""},
		{"gzip", batchtest.EveryType(), Options{Compression: encode.Gzip}, ".gzip.parquet", ""},
		{"none", batchtest.EveryType(), Options{Compression: encode.None}, ".parquet", ""},
		{"level", batchtest.EveryType(), Options{Compression: encode.Zstd, Level: 23}, "", "compression level 23: zstd has 1 to 22"},
		{"level of none", batchtest.EveryType(), Options{Compression: encode.None, Level: 1}, "", "compression level 1: none has none"},
		{"unknown", batchtest.EveryType(), Options{Compression: "lzo"}, "", `compression "lzo" is none of zstd, snappy, gzip, none`},
		{"type", date, Options{Compression: encode.Zstd}, "", "column d: no output for type date32"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := New(tt.schema, tt.options)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if f.Extension() != tt.extension {
				t.Errorf("extension %s, want %s", f.Extension(), tt.extension)
			}
		})
	}
}

// TestValues has the cases that random tables meet too rarely.
func TestValues(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3000)
	cells := func(n int, cell func(i int) any) (rows []batchtest.Row) {
		for i := range n {
			r := make(batchtest.Row, len(batchtest.EveryType().Fields()))
			for c, field := range batchtest.EveryType().Fields() {
				if v, ok := cell(i).(string); ok == slices.Contains([]string{"key", "error_code"}, field.Name) && ok {
					r[c] = v
				} else if f, ok := cell(i).(float64); ok && field.Name == "timeout_seconds" {
					r[c] = f
				}
			}
			rows = append(rows, r)
		}
		return rows
	}
	tests := []struct {
		name   string
		tables [][]batchtest.Row
	}{
		{"no rows", [][]batchtest.Row{nil, nil}},
		{"all null", [][]batchtest.Row{cells(100, func(int) any { return nil })}},
		{"a null", [][]batchtest.Row{cells(1, func(int) any { return nil })}},
		{"a value", [][]batchtest.Row{cells(1, func(int) any { return "x" })}},
		{"an empty string", [][]batchtest.Row{cells(1, func(int) any { return "" })}},
		{"empty strings in two batches", [][]batchtest.Row{cells(3, func(int) any { return "" }), cells(3, func(int) any { return "" })}},
		{"one value", [][]batchtest.Row{cells(1000, func(int) any { return "x" })}},
		{"dictionaries differ by batch", [][]batchtest.Row{
			cells(10, func(i int) any { return fmt.Sprint(i) }),
			cells(10, func(i int) any { return fmt.Sprint(15 - i) }),
			cells(10, func(int) any { return nil }),
		}},
		{"many entries", [][]batchtest.Row{cells(7000, func(i int) any { return fmt.Sprint(i * 7 % 6600) })}},
		{"long", [][]batchtest.Row{cells(10, func(i int) any { return long + fmt.Sprint(i) })}},
		{"long then nulls", [][]batchtest.Row{cells(200, func(i int) any {
			if i < 70 {
				return long
			}
			return nil
		})}},
		{"greatest characters", [][]batchtest.Row{cells(10, func(int) any { return strings.Repeat("\U0010FFFF", 100) })}},
		{"random ids", [][]batchtest.Row{cells(3000, func(i int) any { return fmt.Sprintf("%x", md5.Sum(fmt.Append(nil, i))) })}},
		{"zeros of either sign", [][]batchtest.Row{cells(10, func(i int) any { return math.Copysign(0, float64(i%2)-0.5) })}},
	}
	for _, tt := range tests {
		for _, pageSize := range []int{8, 200, 1 << 20} {
			t.Run(fmt.Sprintf("%s, pages of %d", tt.name, pageSize), func(t *testing.T) {
				t.Parallel()
				mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
				t.Cleanup(func() { mem.AssertSize(t, 0) })
				s := batchtest.EveryType()
				f, err := New(s, Options{Compression: encode.Zstd})
				if err != nil {
					t.Fatal(err)
				}
				f.(*fileFormat).pageSize = pageSize
				groups := [][][]batchtest.Row{tt.tables, tt.tables}
				data := batchtest.EncodePart(t, mem, f, s, groups)
				batchtest.CompareRows(t, readParquet(t, s, data), batchtest.Flatten(groups))
				checkPages(t, s, data, groups)
			})
		}
	}
}

// TestNaN: NaN is in no order, so pages that have one are not pruned.
func TestNaN(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	s := schema.Arrow([]schema.Column{schema.TimeoutSeconds})
	f, err := New(s, Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	file := openParquet(t, batchtest.EncodePart(t, mem, f, s, [][][]batchtest.Row{{{{1.0}, {math.NaN()}, {nil}}}}))
	stat := file.Metadata().RowGroups[0].Columns[0].MetaData.Statistics
	if stat.MinValue != nil || stat.MaxValue != nil || stat.NullCount != 1 {
		t.Errorf("statistics %v", stat)
	}
	index := file.ColumnIndexes()[0]
	low, high := decodeBound(s.Field(0).Type, index.MinValues[0]), decodeBound(s.Field(0).Type, index.MaxValues[0])
	if low != math.Inf(-1) || high != math.Inf(1) {
		t.Errorf("page from %v to %v", low, high)
	}
}

// TestPart: what the file cannot take shows as an error.
func TestPart(t *testing.T) {
	t.Parallel()
	f, err := New(batchtest.EveryType(), Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	rec := batchtest.NewBatch(t, mem, batchtest.EveryType(), []batchtest.Row{make(batchtest.Row, 6)})
	defer rec.Release()
	group, err := f.NewEncoder().Encode(nil, []arrow.Record{rec})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := f.NewPart(&failing{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v of a part that cannot begin", err)
	}
	for after := range 4 {
		part, err := f.NewPart(&failing{writes: 1 + after})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(part.Append(group), part.Close()); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("error %v of a part whose write number %d fails", err, after+2)
		}
	}

	part, err := f.NewPart(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := part.Append(encode.RowGroup{Data: []byte("PAR1"), Rows: 1}); err == nil {
		t.Error("no error from a row group that is none")
	}

	other, err := New(schema.Arrow([]schema.Column{schema.Key}), Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.NewEncoder().Encode(nil, []arrow.Record{rec}); err == nil {
		t.Error("no error from a batch of another schema")
	}
}

// failing is a writer whose writes fail after some.
type failing struct{ writes int }

// Write implements io.Writer.
func (f *failing) Write(b []byte) (int, error) {
	if f.writes--; f.writes < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

// TestNullEntry: a null has to be one of the indices.
func TestNullEntry(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	s := schema.Arrow([]schema.Column{schema.ErrorCode})
	entries := array.NewStringBuilder(mem)
	defer entries.Release()
	entries.AppendNull()
	indices := array.NewInt32Builder(mem)
	defer indices.Release()
	indices.Append(0)
	i, e := indices.NewArray(), entries.NewArray()
	defer i.Release()
	defer e.Release()
	a := array.NewDictionaryArray(s.Field(0).Type, i, e)
	defer a.Release()
	rec := array.NewRecord(s, []arrow.Array{a}, 1)
	defer rec.Release()
	f, err := New(s, Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewEncoder().Encode(nil, []arrow.Record{rec}); err == nil {
		t.Error("no error")
	}
}
