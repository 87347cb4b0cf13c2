package extsort

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/ndjson"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// tiny makes a sorter spill, and merge its runs in several passes.
var tiny = sortLimits{runRows: 50, runBytes: 1 << 14, groupRows: 70, groupBytes: 1 << 15, piece: 1 << 12, batch: 1000, keep: 2000, merge: 8000}

// unbounded makes a sorter keep everything in memory.
var unbounded = sortLimits{runRows: 1000, runBytes: 1 << 30, groupRows: 1 << 30, groupBytes: 1 << 30, piece: 1 << 20, batch: 1 << 20, keep: 1 << 30, merge: 1 << 30}

func newTestSorter(t testing.TB, mem memory.Allocator, s *arrow.Schema, limits sortLimits, workers int, by ...string) *Sorter {
	t.Helper()
	sorter := &Sorter{mem: mem, columns: s, workers: workers, limits: limits, spill: spillFile{dir: t.TempDir()}, runs: map[*table.Partition][]*run{}}
	for _, name := range by {
		sorter.by = append(sorter.by, s.FieldIndices(name)...)
	}
	return sorter
}

// partitionRows are rows of a partition, as they come in or go out together.
type partitionRows struct {
	to   *table.Partition
	rows []batchtest.Row
}

// feed sends each table as Rows of two batches.
func feed(ctx context.Context, t testing.TB, mem memory.Allocator, s *arrow.Schema, tables []partitionRows, in chan<- *batch.Rows) error {
	defer close(in)
	for _, part := range tables {
		third := len(part.rows) / 3
		pending := &batch.Rows{Partition: part.to, Count: int64(len(part.rows))}
		for _, rows := range [][]batchtest.Row{part.rows[:third], part.rows[third:]} {
			rec := batchtest.NewBatch(t, mem, s, rows)
			pending.Batches = append(pending.Batches, rec)
			pending.Bytes += batch.Size(rec)
		}
		if err := stage.Send(ctx, in, pending); err != nil {
			pending.Release()
			return err
		}
	}
	return nil
}

// sorted runs a sorter over tables and returns the rows of each row group. It stops
// where received, called for the number of each row group, fails.
func sorted(ctx context.Context, t testing.TB, sorter *Sorter, tables []partitionRows, received func(n int) error) (groups []partitionRows, err error) {
	t.Helper()
	in, out := make(chan *batch.Rows), make(chan *batch.Rows)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return feed(ctx, t, sorter.mem, sorter.columns, tables, in) })
	g.Go(stage.Guard(func() error { return sorter.Run(ctx, in, out) }))
	g.Go(func() error {
		for {
			rows, ok, err := stage.Receive(ctx, out)
			if !ok {
				return err
			}
			group := partitionRows{to: rows.Partition}
			for _, rec := range rows.Batches {
				group.rows = append(group.rows, rowsOf(rec)...)
			}
			rows.Release()
			if err := received(len(groups)); err != nil {
				return err
			}
			groups = append(groups, group)
		}
	})
	err = g.Wait()
	stage.Drain(in)
	stage.Drain(out)
	return groups, err
}

// all receives all row groups.
func all(int) error { return nil }

// rowsOf returns the rows of a batch.
func rowsOf(rec arrow.Record) []batchtest.Row {
	rows := make([]batchtest.Row, rec.NumRows())
	for i := range rows {
		rows[i] = make(batchtest.Row, rec.NumCols())
		for c, col := range rec.Columns() {
			if col.IsNull(i) {
				continue
			}
			switch col := col.(type) {
			case *array.String:
				rows[i][c] = strings.Clone(col.Value(i))
			case *array.Dictionary:
				rows[i][c] = strings.Clone(col.ValueStr(i))
			case *array.Int32:
				rows[i][c] = col.Value(i)
			case *array.Int64:
				rows[i][c] = col.Value(i)
			case *array.Float64:
				rows[i][c] = col.Value(i)
			case *array.Timestamp:
				rows[i][c] = col.Value(i)
			}
		}
	}
	return rows
}

// oracle sorts rows as the documentation says.
func oracle(rows []batchtest.Row, by []int) []batchtest.Row {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b batchtest.Row) int {
		for _, c := range by {
			switch {
			case a[c] == nil && b[c] == nil:
				continue
			case a[c] == nil:
				return 1
			case b[c] == nil:
				return -1
			}
			if order := batchtest.CompareCells(a[c], b[c]); order != 0 {
				return order
			}
		}
		return 0
	})
	return rows
}

// checkNothingLeft fails the test if there is a temporary file.
func checkNothingLeft(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("in the folder for temporary files: %v, %v", files, err)
	}
}

// randomTables are rows of some partitions whose report_row, which tells rows
// apart, counts on.
func randomTables(r batchtest.Random, s *arrow.Schema) []partitionRows {
	to := []*table.Partition{{Folder: "a/"}, {Folder: "b/"}, {Folder: "c/"}}[:1+r.IntN(3)]
	number := int64(0)
	var tables []partitionRows
	for range r.IntN(40) {
		rows := r.Table(s, []int{0, 1, 2, 49, 50, r.IntN(50)}[r.IntN(6)])
		for _, cells := range rows {
			cells[s.FieldIndices("report_row")[0]] = number
			number++
		}
		tables = append(tables, partitionRows{to[r.IntN(len(to))], rows})
	}
	return tables
}

// TestNew: without a column to sort by there is no sorter.
func TestNew(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	f, err := ndjson.New(s, ndjson.Options{Compression: encode.None})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by   []string
		want []int
	}{
		{nil, nil},
		{[]string{"not_there"}, nil},
		{[]string{"error_code", "not_there", "key"}, []int{s.FieldIndices("error_code")[0], s.FieldIndices("key")[0]}},
	} {
		sorter := New(memory.NewGoAllocator(), Config{Columns: s, By: tt.by, Format: f, Workers: 1, TempDir: t.TempDir()})
		if (sorter == nil) != (tt.want == nil) || sorter != nil && !slices.Equal(sorter.by, tt.want) {
			t.Errorf("sorted by %q: %+v; want columns %d", tt.by, sorter, tt.want)
		}
	}
}

// TestSorter compares with a stable sort of all rows.
func TestSorter(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	for seed := range batchtest.Rounds(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(7, uint64(seed)))}
			tables := randomTables(r, s)
			var by []string
			for _, c := range r.Perm(s.NumFields())[:1+r.IntN(3)] {
				by = append(by, s.Field(c).Name)
			}
			var before []partitionRows
			for _, limits := range []sortLimits{tiny, unbounded} {
				for _, workers := range []int{1, 4} {
					sorter := newTestSorter(t, mem, s, limits, workers, by...)
					groups, err := sorted(t.Context(), t, sorter, tables, all)
					if err != nil {
						t.Fatal(err)
					}
					checkNothingLeft(t, sorter.spill.dir)
					got, want := map[*table.Partition][]batchtest.Row{}, map[*table.Partition][]batchtest.Row{}
					for _, g := range groups {
						if n := int64(len(g.rows)); n == 0 || n >= 2*limits.groupRows {
							t.Errorf("a row group of %d rows", n)
						}
						got[g.to] = append(got[g.to], g.rows...)
					}
					for _, part := range tables {
						want[part.to] = append(want[part.to], part.rows...)
					}
					for to := range want {
						batchtest.CompareRows(t, got[to], oracle(want[to], sorter.by))
					}
					if workers == 1 {
						before = groups
						continue
					}
					if len(groups) != len(before) {
						t.Fatalf("%d row groups with more workers, %d with one", len(groups), len(before))
					}
					for i := range groups {
						if groups[i].to != before[i].to {
							t.Errorf("row group %d is of another partition with more workers", i)
						}
						batchtest.CompareRows(t, groups[i].rows, before[i].rows)
					}
				}
			}
		})
	}
}

// manyTables spill and take several passes.
func manyTables(s *arrow.Schema) []partitionRows {
	r := batchtest.Random{Rand: rand.New(rand.NewPCG(3, 3))}
	tables := make([]partitionRows, 25)
	to := &table.Partition{}
	for i := range tables {
		tables[i] = partitionRows{to, r.Table(s, 30)}
	}
	return tables
}

// TestSorterPasses makes sure that the limits of these tests do what they are for.
func TestSorterPasses(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := batchtest.EveryType()
	sorter := newTestSorter(t, mem, s, tiny, 2, "key")
	tables := manyTables(s)
	var once int64
	for _, part := range tables {
		rec := batchtest.NewBatch(t, mem, s, part.rows)
		gatherer, err := batch.NewGatherer(mem, s)
		if err != nil {
			t.Fatal(err)
		}
		picks := (&rowSorter{by: sorter.by}).sort([]arrow.Record{rec})
		gatherer.AppendPicks([]arrow.Record{rec}, picks)
		rec.Release()
		var r run
		r.add(new(blockWriter), gatherer.Finish())
		once += r.size
	}
	if _, err := sorted(t.Context(), t, sorter, tables, all); err != nil {
		t.Fatal(err)
	}
	if sorter.spill.size < 2*once {
		t.Errorf("%d bytes were spilled, of rows that take %d: rows went through fewer than two passes", sorter.spill.size, once)
	}

	kept := newTestSorter(t, mem, s, unbounded, 2, "key")
	kept.spill.dir = filepath.Join(kept.spill.dir, "missing")
	if _, err := sorted(t.Context(), t, kept, tables, all); err != nil {
		t.Errorf("rows that fit into memory need a disk: %v", err)
	}
}

// TestSorterLongRows: a batch is bounded in bytes, not in rows alone.
func TestSorterLongRows(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := schema.Arrow([]schema.Column{schema.Key})
	limits := unbounded
	limits.runRows, limits.piece, limits.batch = 50, 1<<16, 1<<15
	long := strings.Repeat("x", 10_000)
	var tables []partitionRows
	to := &table.Partition{}
	for i := range 10 {
		var rows []batchtest.Row
		for j := range 50 {
			rows = append(rows, batchtest.Row{fmt.Sprint(long, j*10+i)})
		}
		tables = append(tables, partitionRows{to, rows})
	}
	sorter := newTestSorter(t, mem, s, limits, 2, "key")
	in, out := make(chan *batch.Rows), make(chan *batch.Rows)
	g, ctx := errgroup.WithContext(t.Context())
	g.Go(func() error { return feed(ctx, t, mem, s, tables, in) })
	g.Go(stage.Guard(func() error { return sorter.Run(ctx, in, out) }))
	rows := 0
	for group := range out {
		for _, rec := range group.Batches {
			rows += int(rec.NumRows())
			if n := batch.Size(rec); n > 2*limits.piece {
				t.Errorf("a batch of %d rows has %d bytes; want about %d", rec.NumRows(), n, limits.piece)
			}
		}
		group.Release()
	}
	if err := g.Wait(); err != nil || rows != 500 {
		t.Errorf("%d rows, error %v", rows, err)
	}
}

// TestSorterStops: after an error, or when nobody wants the rows any more,
// nothing is left, neither batches nor files nor goroutines.
func TestSorterStops(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	tables := manyTables(s)
	broken := errors.New("broken")
	for n := range 10 {
		t.Run(fmt.Sprintf("a receiver that fails at %d", n), func(t *testing.T) {
			t.Parallel()
			sorter := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 1+n%3, "key")
			_, err := sorted(t.Context(), t, sorter, tables, func(i int) error {
				if i == n {
					return broken
				}
				return nil
			})
			if !errors.Is(err, broken) {
				t.Errorf("error is %v", err)
			}
			checkNothingLeft(t, sorter.spill.dir)
		})
		after := int64(1) << (2*n + 1)
		t.Run(fmt.Sprintf("cancelled after %d allocations", after), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			mem := &cancelling{Allocator: batchtest.CheckedMemory(t, batch.NewRecycler()), after: after, cancel: func() { cancel(broken) }}
			sorter := newTestSorter(t, mem, s, tiny, 1+n%3, "key")
			if _, err := sorted(ctx, t, sorter, tables, all); !errors.Is(err, broken) && mem.done.Load() {
				t.Errorf("error is %v", err)
			}
			checkNothingLeft(t, sorter.spill.dir)
		})
	}
}

// cancelling is an allocator that cancels a context after some allocations.
type cancelling struct {
	memory.Allocator
	after  int64
	count  atomic.Int64
	done   atomic.Bool
	cancel func()
}

// Allocate implements memory.Allocator.
func (c *cancelling) Allocate(size int) []byte {
	if c.count.Add(1) == c.after {
		c.cancel()
		c.done.Store(true)
	}
	return c.Allocator.Allocate(size)
}
