// Package batchtest makes record batches for tests, and compares rows.
package batchtest

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

// CheckedMemory returns mem as an allocator that must have got everything back when the
// test ends.
func CheckedMemory(t testing.TB, mem memory.Allocator) memory.Allocator {
	checked := memory.NewCheckedAllocator(mem)
	t.Cleanup(func() { checked.AssertSize(t, 0) })
	return checked
}

// EveryType is a schema with a column of each type of the table, not in the
// order of their names.
func EveryType() *arrow.Schema {
	return schema.Arrow([]schema.Column{schema.Key, schema.ErrorCode, schema.HTTPStatusCode, schema.ReportRow, schema.TimeoutSeconds, schema.OccurredAt})
}

// A cell is nil, string, int32, int64, float64 or arrow.Timestamp.
type Row []any

// NewBatch makes a record batch of the rows, with one row before and one behind
// them that are cut off again, so that arrays begin anywhere.
func NewBatch(t testing.TB, mem memory.Allocator, s *arrow.Schema, rows []Row) arrow.Record {
	t.Helper()
	b := array.NewRecordBuilder(mem, s)
	defer b.Release()
	edge := slices.Repeat(Row{nil}, len(s.Fields()))
	for _, r := range slices.Concat([]Row{edge}, rows, []Row{edge}) {
		for i, v := range r {
			appendCell(t, b.Field(i), v)
		}
	}
	whole := b.NewRecord()
	defer whole.Release()
	return whole.NewSlice(1, int64(1+len(rows)))
}

func appendCell(t testing.TB, b array.Builder, v any) {
	t.Helper()
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.BinaryDictionaryBuilder:
		if err := b.AppendString(v.(string)); err != nil {
			t.Fatal(err)
		}
	case *array.Int32Builder:
		b.Append(v.(int32))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.TimestampBuilder:
		b.Append(v.(arrow.Timestamp))
	default:
		t.Fatalf("no cell for %T", b)
	}
}

// EncodePart encodes each group of tables as a row group, by one encoder, and
// strings them together.
func EncodePart(t testing.TB, mem memory.Allocator, f encode.Format, s *arrow.Schema, groups [][][]Row) []byte {
	t.Helper()
	var file bytes.Buffer
	part, err := f.NewPart(&file)
	if err != nil {
		t.Fatal(err)
	}
	enc := f.NewEncoder()
	var used []byte // of the row group before: nothing may refer to it any more
	for _, tables := range groups {
		var batches []arrow.Record
		for _, rows := range tables {
			b := NewBatch(t, mem, s, rows)
			defer b.Release()
			batches = append(batches, b)
		}
		g, err := enc.Encode(used, batches)
		if err != nil {
			t.Fatal(err)
		}
		if want := len(slices.Concat(tables...)); g.Rows != int64(want) {
			t.Fatalf("row group has %d rows, want %d", g.Rows, want)
		}
		if err := part.Append(g); err != nil {
			t.Fatal(err)
		}
		used = g.Data
	}
	if err := part.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func Flatten(groups [][][]Row) []Row {
	var rows []Row
	for _, g := range groups {
		rows = append(rows, slices.Concat(g...)...)
	}
	return rows
}

// Random makes tables whose columns have few or many nulls, few or many values,
// short or long ones.
type Random struct{ *rand.Rand }

func (r Random) Table(s *arrow.Schema, n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = make(Row, len(s.Fields()))
	}
	for c, field := range s.Fields() {
		cell := r.column(field.Type)
		nulls := []float64{0, 0, 0.01, 0.5, 0.99, 1}[r.IntN(6)]
		for i := range rows {
			if r.Float64() >= nulls {
				rows[i][c] = cell(i)
			}
		}
	}
	return rows
}

func (r Random) column(t arrow.DataType) func(i int) any {
	switch t.ID() {
	case arrow.INT32:
		return func(int) any { return int32(r.Uint32()) >> r.IntN(32) }
	case arrow.INT64:
		return func(i int) any { return int64(i) - 5 }
	case arrow.FLOAT64:
		return func(int) any {
			return []float64{0, math.Copysign(0, -1), 1.5, -3, 1e300, math.Inf(1), r.Float64()}[r.IntN(7)]
		}
	case arrow.TIMESTAMP:
		return func(int) any { return arrow.Timestamp(r.Int64N(4e12) - 1e12) }
	}
	alphabet := []string{"a", "b", "é", "\x00", "\u007f", "\U0010FFFF", "\uD7FF", "日本", `"`, "\n"}
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	shared := strings.Repeat("p", []int{0, 7, 62, 70}[r.IntN(4)])
	length := []int{1, 4, 40, 700}[r.IntN(4)]
	few := []string{"", text(3), text(3), text(300)}
	if r.IntN(2) == 0 {
		return func(int) any { return few[min(r.IntN(8), len(few)-1)] }
	}
	return func(int) any { return shared + text(r.IntN(length)) }
}

func CompareRows(t testing.TB, got, want []Row) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("row %d: %.1000q, want %.1000q", i, got[i], want[i])
		}
	}
}

func IsNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}

func CompareCells(a, b any) int {
	switch a := a.(type) {
	case int32:
		return cmp.Compare(a, b.(int32))
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case arrow.Timestamp:
		return cmp.Compare(a, b.(arrow.Timestamp))
	default:
		return cmp.Compare(a.(string), b.(string))
	}
}

// SampleRow makes a row of the table as reports have them: most columns null,
// keys of a common prefix, few error codes.
func SampleRow(s *arrow.Schema, i int) Row {
	id := uint64(i+1) * 0x9E3779B97F4A7C15 // spreads like the ids of requests
	r := make(Row, len(s.Fields()))
	for c, field := range s.Fields() {
		switch field.Name {
		case "job_id":
			r[c] = "0a1b2c3d-0000-4000-8000-000000000001"
		case "report_created_at":
			r[c] = arrow.Timestamp(1_700_000_000_000)
		case "report_row":
			r[c] = int64(i + 1)
		case "key":
			r[c] = fmt.Sprintf("archive/2024/%02d/%02d/customer-%05d/object-%016x.json", i/30000%12, i/1000%30, id%10007, id)
		case "version_id", "request_id", "etag":
			r[c] = fmt.Sprintf("%016X%016x", id, id*31)
		case "report_file", "bucket", "task_status", "result_kind", "service", "error_code", "result_template":
			r[c] = fmt.Sprintf("%s %d", field.Name, id%7)
		case "http_status_code":
			r[c] = int32(200 + id%3)
		case "result_text":
			r[c] = fmt.Sprintf("Access Denied for object %d", i)
		case "result_message":
			r[c] = fmt.Sprintf("Access Denied for object %d (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %016X; S3 Extended Request ID: %016x%016x; Proxy: null)", i, id, id*3, id*5)
		case "extended_request_id":
			if i%2 == 0 {
				r[c] = fmt.Sprintf("%016x%016x%016x%016x", id*3, id*5, id*7, id*11)
			}
		case "timeout_seconds":
			if i%10 == 0 {
				r[c] = 3.0
			}
		}
	}
	return r
}

// SampleBatches returns n batches of 4096 rows of the whole table.
func SampleBatches(b *testing.B, n int) (batches []arrow.Record, bytes int64) {
	b.Helper()
	s := schema.Arrow(schema.AllColumns())
	for i := range n {
		rows := make([]Row, 4096)
		for j := range rows {
			rows[j] = SampleRow(s, i*len(rows)+j)
		}
		batch := NewBatch(b, memory.NewGoAllocator(), s, rows)
		b.Cleanup(batch.Release)
		batches = append(batches, batch)
		for _, r := range rows {
			for _, v := range r {
				if text, ok := v.(string); ok {
					bytes += int64(len(text))
				} else if v != nil {
					bytes += 8
				}
			}
		}
	}
	return batches, bytes
}

// BenchmarkEncode encodes each group of batches, of so many bytes in all, as a row
// group: a worker's part.
func BenchmarkEncode(b *testing.B, f encode.Format, size int64, groups [][]arrow.Record) {
	enc := f.NewEncoder()
	var out int
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		out = 0
		for _, batches := range groups {
			g, err := enc.Encode(nil, batches)
			if err != nil {
				b.Fatal(err)
			}
			out += len(g.Data)
		}
	}
	b.ReportMetric(float64(out), "output-bytes")
}

// EveryColumn is all that a record batch can have.
func EveryColumn() []schema.Column { return append(schema.AllColumns(), schema.ReportDate) }
