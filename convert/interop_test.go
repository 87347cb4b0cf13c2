package convert

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"batchreport/schema"
)

// everyType is a schema with a column of each type of the table, not in the
// order of their names.
func everyType() *arrow.Schema {
	return schema.Arrow([]schema.Column{schema.Key, schema.ErrorCode, schema.HTTPStatusCode, schema.ReportRow, schema.TimeoutSeconds, schema.OccurredAt})
}

// A cell is nil, string, int32, int64, float64 or arrow.Timestamp.
type row []any

// newBatch makes a record batch of the rows, with one row before and one behind
// them that are cut off again, so that arrays begin anywhere.
func newBatch(t testing.TB, mem memory.Allocator, s *arrow.Schema, rows []row) arrow.Record {
	t.Helper()
	b := array.NewRecordBuilder(mem, s)
	defer b.Release()
	edge := slices.Repeat(row{nil}, len(s.Fields()))
	for _, r := range slices.Concat([]row{edge}, rows, []row{edge}) {
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

// encodePart encodes each group of tables as a row group, by one encoder, and
// strings them together.
func encodePart(t testing.TB, mem memory.Allocator, f format, s *arrow.Schema, groups [][][]row) []byte {
	t.Helper()
	var file bytes.Buffer
	part, err := f.newPart(&file)
	if err != nil {
		t.Fatal(err)
	}
	enc := f.newEncoder()
	var used []byte // of the row group before: nothing may refer to it any more
	for _, tables := range groups {
		var batches []arrow.Record
		for _, rows := range tables {
			b := newBatch(t, mem, s, rows)
			defer b.Release()
			batches = append(batches, b)
		}
		g, err := enc.encode(used, batches)
		if err != nil {
			t.Fatal(err)
		}
		if want := len(slices.Concat(tables...)); g.rows != int64(want) {
			t.Fatalf("row group has %d rows, want %d", g.rows, want)
		}
		if err := part.append(g); err != nil {
			t.Fatal(err)
		}
		used = g.data
	}
	if err := part.close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func flatten(groups [][][]row) []row {
	var rows []row
	for _, g := range groups {
		rows = append(rows, slices.Concat(g...)...)
	}
	return rows
}

func openParquet(t testing.TB, data []byte) *parquet.File {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// readParquet reads all rows as parquet-go sees them.
func readParquet(t testing.TB, s *arrow.Schema, data []byte) []row {
	t.Helper()
	reader := parquet.NewReader(openParquet(t, data))
	defer reader.Close()
	var rows []row
	buf := make([]parquet.Row, 100)
	for {
		n, err := reader.ReadRows(buf)
		for _, values := range buf[:n] {
			r := make(row, len(values))
			for i, v := range values {
				r[i] = goValue(s.Field(i).Type, v)
			}
			rows = append(rows, r)
		}
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func goValue(t arrow.DataType, v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	switch t.ID() {
	case arrow.INT32:
		return v.Int32()
	case arrow.INT64:
		return v.Int64()
	case arrow.FLOAT64:
		return v.Double()
	case arrow.TIMESTAMP:
		return arrow.Timestamp(v.Int64())
	default:
		return string(v.ByteArray())
	}
}

// random makes tables whose columns have few or many nulls, few or many values,
// short or long ones.
type random struct{ *rand.Rand }

func (r random) table(s *arrow.Schema, n int) []row {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = make(row, len(s.Fields()))
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

func (r random) column(t arrow.DataType) func(i int) any {
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

func TestRandomTables(t *testing.T) {
	t.Parallel()
	s := everyType()
	compressions := []Compression{Zstd, Snappy, Gzip, None}
	for seed := range 300 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
			t.Cleanup(func() { mem.AssertSize(t, 0) })
			r := random{rand.New(rand.NewPCG(1, uint64(seed)))}
			var groups [][][]row
			for range 1 + r.IntN(3) {
				var g [][]row
				for range r.IntN(4) {
					g = append(g, r.table(s, []int{0, 1, 7, 8, 63, 64, 65, r.IntN(500)}[r.IntN(8)]))
				}
				groups = append(groups, g)
			}
			f, err := newParquet(s, parquetOptions{compression: compressions[seed%4]})
			if err != nil {
				t.Fatal(err)
			}
			f.(*parquetFormat).pageSize = 16 << r.IntN(17)
			data := encodePart(t, mem, f, s, groups)
			compareRows(t, readParquet(t, s, data), flatten(groups))
			checkPages(t, s, data, groups)

			if again := encodePart(t, mem, f, s, groups); !bytes.Equal(again, data) {
				t.Error("the same rows gave other bytes")
			}
		})
	}
}

func compareRows(t testing.TB, got, want []row) {
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
