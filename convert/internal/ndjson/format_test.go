package ndjson

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/klauspost/compress/zstd"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

func TestLines(t *testing.T) {
	t.Parallel()
	// Rows of report_row, key, error_code, http_status_code, timeout_seconds
	// and occurred_at.
	tests := []struct {
		name string
		row  batchtest.Row
		want string
	}{
		{"all null", batchtest.Row{nil, nil, nil, nil, nil, nil}, `{}`},
		{
			"all",
			batchtest.Row{int64(1), "a/b", "NoSuchKey", int32(404), 3.0, arrow.Timestamp(1_554_485_739_007_000)},
			`{"report_row":1,"key":"a/b","error_code":"NoSuchKey","http_status_code":404,"timeout_seconds":3,"occurred_at":"2019-04-05T17:35:39.007Z"}`,
		},
		{"first and last null", batchtest.Row{nil, "", "", nil, nil, nil}, `{"key":"","error_code":""}`},
		{"strings that look like numbers", batchtest.Row{nil, "007", "1e5", nil, nil, nil}, `{"key":"007","error_code":"1e5"}`},
		{
			"before 1970",
			batchtest.Row{nil, nil, nil, int32(-1), -0.5, arrow.Timestamp(-1000)},
			`{"http_status_code":-1,"timeout_seconds":-0.5,"occurred_at":"1969-12-31T23:59:59.999Z"}`,
		},
		{"not a number", batchtest.Row{nil, nil, nil, nil, math.NaN(), nil}, `{"timeout_seconds":null}`},
		{
			"escapes",
			batchtest.Row{nil, "\"\\/\b\f\n\r\t\x00\x1f\x7f<>&\u2028é😀", nil, nil, nil, nil},
			`{"key":"\"\\/\u0008\u000c\n\r\t\u0000\u001f` + "\x7f<>&\u2028é😀" + `"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := New(batchtest.EveryType(), Options{Compression: encode.None})
			if err != nil {
				t.Fatal(err)
			}
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			got := batchtest.EncodePart(t, mem, f, batchtest.EveryType(), [][][]batchtest.Row{{{tt.row}}})
			if string(got) != tt.want+"\n" {
				t.Errorf("got  %swant %s", got, tt.want)
			}
		})
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	// Every byte at every place among the eight that are looked at together.
	for b := range 0x80 {
		for at := range 17 {
			s := strings.Repeat("x", at) + string(rune(b)) + strings.Repeat("é", 9)
			text := appendString([]byte("before"), []byte(s))
			var got string
			if err := json.Unmarshal(text[len("before"):], &got); err != nil || got != s {
				t.Errorf("%q became %s: %v", s, text, err)
			}
		}
	}
}

func TestAppendFloat(t *testing.T) {
	t.Parallel()
	for _, f := range []float64{0, math.Copysign(0, -1), 3, 0.1, -2.5, 1e-6, 9.99e-7, 1e20, 1e21, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		want, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendFloat(nil, f); !bytes.Equal(got, want) {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
	}
}

func TestRandomTables(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	for seed := range batchtest.Rounds(30) {
		compression := []encode.Compression{encode.Zstd, encode.Gzip, encode.None}[seed%3]
		t.Run(fmt.Sprint(seed, compression), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(2, uint64(seed)))}
			var groups [][][]batchtest.Row
			for range r.IntN(4) {
				groups = append(groups, [][]batchtest.Row{r.Table(s, r.IntN(500)), r.Table(s, r.IntN(100))})
			}
			f, err := New(s, Options{Compression: compression})
			if err != nil {
				t.Fatal(err)
			}
			data := batchtest.EncodePart(t, mem, f, s, groups)
			if again := batchtest.EncodePart(t, mem, f, s, groups); !bytes.Equal(again, data) {
				t.Error("the same rows gave other bytes")
			}
			batchtest.CompareRows(t, readLines(t, s, compression, data), finite(batchtest.Flatten(groups)))
		})
	}
}

// finite returns the rows with null for what JSON has no number for.
func finite(rows []batchtest.Row) []batchtest.Row {
	for _, r := range rows {
		for i, v := range r {
			if f, ok := v.(float64); ok && math.IsInf(f, 0) {
				r[i] = nil
			}
		}
	}
	return rows
}

func readLines(t *testing.T, s *arrow.Schema, compression encode.Compression, data []byte) []batchtest.Row {
	t.Helper()
	var in io.Reader = bytes.NewReader(data)
	switch compression {
	case encode.Zstd:
		z, err := zstd.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		in = z
	case encode.Gzip:
		z, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		in = z
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	var rows []batchtest.Row
	for line := range bytes.Lines(text) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(line, &object); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		r := make(batchtest.Row, len(s.Fields()))
		for i, field := range s.Fields() {
			if raw, ok := object[field.Name]; ok {
				r[i] = parseCell(t, field.Type, raw)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func parseCell(t *testing.T, typ arrow.DataType, raw json.RawMessage) any {
	t.Helper()
	if string(raw) == "null" {
		return nil
	}
	parse := func(v any) {
		if err := json.Unmarshal(raw, v); err != nil {
			t.Fatal(err)
		}
	}
	switch typ.ID() {
	case arrow.INT32:
		var v int32
		parse(&v)
		return v
	case arrow.INT64:
		var v int64
		parse(&v)
		return v
	case arrow.FLOAT64:
		var v float64
		parse(&v)
		return v
	case arrow.TIMESTAMP:
		var v time.Time
		parse(&v)
		return arrow.Timestamp(v.UnixMicro())
	default:
		var v string
		parse(&v)
		return v
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		options   Options
		extension string
		err       string
	}{
		{"zstd", Options{Compression: encode.Zstd}, ".ndjson.zst", ""},
		{"gzip", Options{Compression: encode.Gzip, Level: 9}, ".ndjson.gz", ""},
		{"none", Options{Compression: encode.None}, ".ndjson", ""},
		{"snappy", Options{Compression: encode.Snappy}, "", "compression snappy: ndjson has zstd, gzip, none"},
		{"level", Options{Compression: encode.Gzip, Level: 10}, "", "compression level 10: gzip has 1 to 9"},
		{"unknown", Options{Compression: "lzo"}, "", `compression "lzo" is none of zstd, snappy, gzip, none`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := New(schema.Arrow(schema.AllColumns()), tt.options)
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

// brokenValues writes a line end into a value.
type brokenValues struct{ columnValues }

// append implements columnValues.
func (brokenValues) append(dst []byte, _ int) []byte { return append(dst, '"', '\n', '"') }

// TestLinesCounted: lines are counted against rows before they are compressed.
func TestLinesCounted(t *testing.T) {
	t.Parallel()
	s := schema.Arrow([]schema.Column{schema.Key})
	rec := batchtest.NewBatch(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, []batchtest.Row{{"a"}, {"b"}})
	defer rec.Release()
	f, err := New(s, Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	e := f.NewEncoder().(*lineEncoder)
	e.columns[0].values = brokenValues{e.columns[0].values}
	_, err = e.Encode(nil, []arrow.Record{rec})
	if want := "encode lines: 4 lines are there for 2 rows"; err == nil || err.Error() != want {
		t.Errorf("error is %v; want %s", err, want)
	}
}
