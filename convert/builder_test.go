package convert

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// set sets a cell of the builder's current row.
func set(t *testing.T, b *builder, c schema.Column, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
	case string:
		b.text(c, []byte(v))
	case int32:
		b.int(c, schema.Int{Value: v, Valid: true})
	case int64:
		b.int64(c, v)
	case float64:
		b.float(c, schema.Float{Value: v, Valid: true})
	case arrow.Timestamp:
		b.time(c, schema.Time{Millis: int64(v), Valid: true})
	default:
		t.Fatalf("no cell for %T", v)
	}
}

// TestBuilder compares the batches of one builder with those of Arrow's own.
func TestBuilder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := memory.NewCheckedAllocator(newRecycler())
			defer mem.AssertSize(t, 0)
			r := random{rand.New(rand.NewPCG(seed, 0))}
			columns := everyColumn()
			s := schema.Arrow(columns)
			b := newBuilder(mem, columns)
			for _, size := range []int{8, 0, 1, 7, 9, 63, 200, 64, 65, 1} {
				rows := r.table(s, size)
				for _, row := range rows {
					for c, v := range row {
						set(t, b, columns[c], v)
					}
					b.next()
				}
				got := b.finish()
				want := newBatch(t, mem, s, rows)
				if !array.RecordEqual(got, want) {
					t.Errorf("%d rows:\n got %v\nwant %v", size, got, want)
				}
				for i, col := range got.Columns() {
					if col.NullN() != want.Column(i).NullN() {
						t.Errorf("%d rows: column %s says it has %d nulls; want %d", size, columns[i], col.NullN(), want.Column(i).NullN())
					}
				}
				got.Release()
				want.Release()
			}
		})
	}
}

// Values that are absent, or of columns that the table does not have, are dropped.
func TestBuilderDrops(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	b := newBuilder(mem, []schema.Column{schema.Key, schema.Attempts})
	b.text(schema.Key, nil)
	b.text(schema.ETag, []byte("etag"))
	b.text(schema.Bucket, []byte("bucket"))
	b.int(schema.Attempts, schema.Int{Value: 7})
	b.int(schema.HTTPStatusCode, schema.Int{Value: 200, Valid: true})
	b.int64(schema.ReportRow, 1)
	b.time(schema.OccurredAt, schema.Time{Millis: 1, Valid: true})
	b.float(schema.TimeoutSeconds, schema.Float{Value: 3, Valid: true})
	b.next()
	b.text(schema.Key, []byte{}) // an empty string is a value
	b.next()
	got := b.finish()
	defer got.Release()
	want := newBatch(t, mem, schema.Arrow([]schema.Column{schema.Key, schema.Attempts}), []row{{nil, nil}, {"", nil}})
	defer want.Release()
	if !array.RecordEqual(got, want) {
		t.Errorf("got %v; want %v", got, want)
	}
}
