package batch

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/schema"
)

// set sets a cell of the builder's current row.
func set(t *testing.T, b *Builder, c schema.Column, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
	case string:
		b.Text(c, []byte(v))
	case int32:
		b.Int(c, schema.Int{Value: v, Valid: true})
	case int64:
		b.Int64(c, v)
	case float64:
		b.Float(c, schema.Float{Value: v, Valid: true})
	case arrow.Timestamp:
		b.Time(c, schema.Time{Millis: int64(v) / 1000, Valid: true})
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
			mem := memory.NewCheckedAllocator(NewRecycler())
			defer mem.AssertSize(t, 0)
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(seed, 0))}
			columns := batchtest.EveryColumn()
			s := schema.Arrow(columns)
			b := NewBuilder(mem, columns)
			for _, size := range []int{8, 0, 1, 7, 9, 63, 200, 64, 65, 1} {
				rows := r.Table(s, size)
				for _, row := range rows {
					for c, v := range row {
						set(t, b, columns[c], v)
					}
					b.Next()
				}
				got := b.Finish()
				want := batchtest.NewBatch(t, mem, s, rows)
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

// TestBuilderDrops: values that are absent, or of columns that the table does not have, are dropped.
func TestBuilderDrops(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	b := NewBuilder(mem, []schema.Column{schema.Key, schema.Attempts})
	b.Text(schema.Key, nil)
	b.Text(schema.ETag, []byte("etag"))
	b.Text(schema.Bucket, []byte("bucket"))
	b.Int(schema.Attempts, schema.Int{Value: 7})
	b.Int(schema.HTTPStatusCode, schema.Int{Value: 200, Valid: true})
	b.Int64(schema.ReportRow, 1)
	b.Time(schema.OccurredAt, schema.Time{Millis: 1, Valid: true})
	b.Float(schema.TimeoutSeconds, schema.Float{Value: 3, Valid: true})
	b.Next()
	b.Text(schema.Key, []byte{}) // an empty string is a value
	b.Next()
	got := b.Finish()
	defer got.Release()
	want := batchtest.NewBatch(t, mem, schema.Arrow([]schema.Column{schema.Key, schema.Attempts}), []batchtest.Row{{nil, nil}, {"", nil}})
	defer want.Release()
	if !array.RecordEqual(got, want) {
		t.Errorf("got %v; want %v", got, want)
	}
}
