package extsort

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
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
	o := &Sorter{mem: mem, columns: s, workers: workers, limits: limits, spill: spillFile{dir: t.TempDir()}, runs: map[*table.Partition][]*run{}}
	for _, name := range by {
		o.by = append(o.by, s.FieldIndices(name)...)
	}
	return o
}

// heldTable is rows of a partition on their way.
type heldTable struct {
	to   *table.Partition
	rows []batchtest.Row
}

// feed sends tables as rows that are held, each as two batches.
func feed(ctx context.Context, t testing.TB, mem memory.Allocator, s *arrow.Schema, tables []heldTable, in chan<- *batch.Rows) error {
	defer close(in)
	for _, table := range tables {
		half := len(table.rows) / 3
		held := &batch.Rows{Partition: table.to, Count: int64(len(table.rows))}
		for _, rows := range [][]batchtest.Row{table.rows[:half], table.rows[half:]} {
			rec := batchtest.NewBatch(t, mem, s, rows)
			held.Batches = append(held.Batches, rec)
			held.Bytes += batch.Size(rec)
		}
		if err := stage.Send(ctx, in, held); err != nil {
			held.Release()
			return err
		}
	}
	return nil
}

// sorted runs a sorter over tables and returns the rows of each row group.
func sorted(ctx context.Context, t testing.TB, o *Sorter, tables []heldTable, take func(n int) error) (groups []heldTable, err error) {
	t.Helper()
	in, out := make(chan *batch.Rows), make(chan *batch.Rows)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return feed(ctx, t, o.mem, o.columns, tables, in) })
	g.Go(stage.Guard(func() error { return o.Run(ctx, in, out) }))
	g.Go(func() error {
		for {
			held, ok, err := stage.Receive(ctx, out)
			if !ok {
				return err
			}
			group := heldTable{to: held.Partition}
			for _, rec := range held.Batches {
				group.rows = append(group.rows, rowsOf(rec)...)
			}
			held.Release()
			if err := take(len(groups)); err != nil {
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

func leftOver(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("in the folder for temporary files: %v, %v", files, err)
	}
}

// randomTables are rows of some partitions whose report_row, which tells rows
// apart, counts on.
func randomTables(r batchtest.Random, s *arrow.Schema) []heldTable {
	to := []*table.Partition{{Folder: "a/"}, {Folder: "b/"}, {Folder: "c/"}}[:1+r.IntN(3)]
	number := int64(0)
	var tables []heldTable
	for range r.IntN(40) {
		rows := r.Table(s, []int{0, 1, 2, 49, 50, r.IntN(50)}[r.IntN(6)])
		for _, cells := range rows {
			cells[s.FieldIndices("report_row")[0]] = number
			number++
		}
		tables = append(tables, heldTable{to[r.IntN(len(to))], rows})
	}
	return tables
}

// TestSorter compares with a stable sort of all rows.
func TestSorter(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	for seed := range 50 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			r := batchtest.Random{Rand: rand.New(rand.NewPCG(7, uint64(seed)))}
			tables := randomTables(r, s)
			var by []string
			for _, c := range r.Perm(s.NumFields())[:1+r.IntN(3)] {
				by = append(by, s.Field(c).Name)
			}
			var before []heldTable
			for _, limits := range []sortLimits{tiny, unbounded} {
				for _, workers := range []int{1, 4} {
					o := newTestSorter(t, mem, s, limits, workers, by...)
					groups, err := sorted(t.Context(), t, o, tables, all)
					if err != nil {
						t.Fatal(err)
					}
					leftOver(t, o.spill.dir)
					got, want := map[*table.Partition][]batchtest.Row{}, map[*table.Partition][]batchtest.Row{}
					for _, g := range groups {
						if n := int64(len(g.rows)); n == 0 || n >= 2*limits.groupRows {
							t.Errorf("a row group of %d rows", n)
						}
						got[g.to] = append(got[g.to], g.rows...)
					}
					for _, table := range tables {
						want[table.to] = append(want[table.to], table.rows...)
					}
					for to := range want {
						batchtest.CompareRows(t, got[to], oracle(want[to], o.by))
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

// TestSortedRows has the cases that random tables meet too rarely.
func TestSortedRows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("p", 5000)
	tests := []struct {
		name   string
		column string
		values []any
	}{
		{"none", "key", nil},
		{"one", "key", []any{"a"}},
		{"a null", "key", []any{nil}},
		{"nulls last", "key", []any{nil, "\xff\xff\xff\xff\xff\xff\xff\xff\xff", nil, "", "\xff\xff\xff\xff\xff\xff\xff\xff"}},
		{"zeros at the end of a word", "key", []any{"a\x00\x00", "a\x00", "a", "a\x00b", "\x00", "", "1234567", "1234567\x00", "1234567\x00\x00", "12345678"}},
		{"prefixes", "key", []any{"aaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaaaaaa", "aaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaab"}},
		{"a long common prefix", "key", []any{long + "b", long, long + "a", long + "aa", long, nil}},
		{"bytes, not letters", "key", []any{"é", "z", "Z", "\U0010FFFF", "\uFFFF"}},
		{"a dictionary", "error_code", []any{"b", "a", nil, "", "b", "aaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaa"}},
		{"int32", "http_status_code", []any{int32(1), int32(-1), nil, int32(math.MinInt32), int32(math.MaxInt32), int32(0)}},
		{"int64", "report_row", []any{int64(1), int64(-1), nil, int64(math.MinInt64), int64(math.MaxInt64), int64(0)}},
		{"float64", "timeout_seconds", []any{1.5, math.Inf(1), nil, -1.5, 0.0, math.Copysign(0, -1), math.Inf(-1), -2.0, 1e300, math.SmallestNonzeroFloat64}},
		{"timestamp", "occurred_at", []any{arrow.Timestamp(1), nil, arrow.Timestamp(-1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			s := batchtest.EveryType()
			random := rand.New(rand.NewPCG(1, 2))
			for range 20 {
				var rows []batchtest.Row
				for i := range 3 * len(tt.values) {
					r := make(batchtest.Row, s.NumFields())
					r[s.FieldIndices("report_row")[0]] = int64(i)
					r[s.FieldIndices(tt.column)[0]] = tt.values[random.IntN(len(tt.values))]
					rows = append(rows, r)
				}
				tables := []heldTable{{&table.Partition{}, rows[:len(rows)/2]}, {&table.Partition{}, nil}}
				tables[1].to, tables[1].rows = tables[0].to, rows[len(rows)/2:]
				o := newTestSorter(t, mem, s, tiny, 2, tt.column)
				groups, err := sorted(t.Context(), t, o, tables, all)
				if err != nil {
					t.Fatal(err)
				}
				var got []batchtest.Row
				for _, g := range groups {
					got = append(got, g.rows...)
				}
				batchtest.CompareRows(t, got, oracle(rows, o.by))
			}
		})
	}
}

// TestSortNaN: it has no place in the order of floats, so it gets the last.
func TestSortNaN(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	values := []float64{nan, 1, math.Inf(1), math.Copysign(nan, -1), -1}
	slices.SortStableFunc(values, func(a, b float64) int { return cmp.Compare(orderedFloat(a), orderedFloat(b)) })
	if got := fmt.Sprint(values); got != "[-1 1 +Inf NaN NaN]" {
		t.Error(got)
	}
}

// manyTables spill and take several passes.
func manyTables(s *arrow.Schema) []heldTable {
	r := batchtest.Random{Rand: rand.New(rand.NewPCG(3, 3))}
	tables := make([]heldTable, 25)
	to := &table.Partition{}
	for i := range tables {
		tables[i] = heldTable{to, r.Table(s, 30)}
	}
	return tables
}

// TestSorterPasses makes sure that the limits of these tests do what they are for.
func TestSorterPasses(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := batchtest.EveryType()
	o := newTestSorter(t, mem, s, tiny, 2, "key")
	tables := manyTables(s)
	var once int64
	for _, table := range tables {
		rec := batchtest.NewBatch(t, mem, s, table.rows)
		take, err := batch.NewGatherer(mem, s)
		if err != nil {
			t.Fatal(err)
		}
		picks := (&rowSorter{by: o.by}).sort([]arrow.Record{rec})
		take.AppendPicks([]arrow.Record{rec}, picks)
		rec.Release()
		var r run
		r.add(new(blockWriter), take.Finish())
		once += r.size
	}
	if _, err := sorted(t.Context(), t, o, tables, all); err != nil {
		t.Fatal(err)
	}
	if o.spill.size < 2*once {
		t.Errorf("%d bytes were spilled, of rows that take %d: rows went through fewer than two passes", o.spill.size, once)
	}

	kept := newTestSorter(t, mem, s, unbounded, 2, "key")
	kept.spill.dir = filepath.Join(kept.spill.dir, "missing")
	if _, err := sorted(t.Context(), t, kept, tables, all); err != nil {
		t.Errorf("rows that fit into memory need a disk: %v", err)
	}
}

// TestSorterLongRows: what is taken together is bounded in bytes, not in rows alone.
func TestSorterLongRows(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := schema.Arrow([]schema.Column{schema.Key})
	limits := unbounded
	limits.runRows, limits.piece, limits.batch = 50, 1<<16, 1<<15
	long := strings.Repeat("x", 10_000)
	var tables []heldTable
	to := &table.Partition{}
	for i := range 10 {
		var rows []batchtest.Row
		for j := range 50 {
			rows = append(rows, batchtest.Row{fmt.Sprint(long, j*10+i)})
		}
		tables = append(tables, heldTable{to, rows})
	}
	o := newTestSorter(t, mem, s, limits, 2, "key")
	in, out := make(chan *batch.Rows), make(chan *batch.Rows)
	g, ctx := errgroup.WithContext(t.Context())
	g.Go(func() error { return feed(ctx, t, mem, s, tables, in) })
	g.Go(stage.Guard(func() error { return o.Run(ctx, in, out) }))
	rows := 0
	for held := range out {
		for _, rec := range held.Batches {
			rows += int(rec.NumRows())
			if n := batch.Size(rec); n > 2*limits.piece {
				t.Errorf("a batch of %d rows has %d bytes; want about %d", rec.NumRows(), n, limits.piece)
			}
		}
		held.Release()
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
			o := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 1+n%3, "key")
			_, err := sorted(t.Context(), t, o, tables, func(i int) error {
				if i == n {
					return broken
				}
				return nil
			})
			if !errors.Is(err, broken) {
				t.Errorf("error is %v", err)
			}
			leftOver(t, o.spill.dir)
		})
		after := int64(1) << (2*n + 1)
		t.Run(fmt.Sprintf("cancelled after %d allocations", after), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			mem := &cancelling{Allocator: batchtest.CheckedMemory(t, batch.NewRecycler()), after: after, cancel: func() { cancel(broken) }}
			o := newTestSorter(t, mem, s, tiny, 1+n%3, "key")
			if _, err := sorted(ctx, t, o, tables, all); !errors.Is(err, broken) && mem.done.Load() {
				t.Errorf("error is %v", err)
			}
			leftOver(t, o.spill.dir)
		})
	}
}

// TestSpillErrors: where rows cannot be kept, the error says where and why.
func TestSpillErrors(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	tables := manyTables(s)
	t.Run("no folder", func(t *testing.T) {
		t.Parallel()
		o := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
		o.spill.dir = filepath.Join(o.spill.dir, "missing")
		_, err := sorted(t.Context(), t, o, tables, all)
		var spill *SpillError
		if !errors.As(err, &spill) || spill.Dir != o.spill.dir || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error is %v", err)
		}
	})
	for _, passes := range []bool{false, true} {
		t.Run(fmt.Sprintf("a file that takes no more, in a merge %t", passes), func(t *testing.T) {
			t.Parallel()
			o := newTestSorter(t, batchtest.CheckedMemory(t, batch.NewRecycler()), s, tiny, 2, "key")
			if passes {
				o.limits.keep = 1 << 30 // so that only merges write
			}
			readOnly, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			o.spill.f = readOnly
			_, err = sorted(t.Context(), t, o, tables, all)
			var spill *SpillError
			if !errors.As(err, &spill) || spill.Dir != o.spill.dir {
				t.Errorf("error is %v", err)
			}
		})
	}
}

// TestRunDamaged: no bit of what was spilled can change without notice.
func TestRunDamaged(t *testing.T) {
	t.Parallel()
	mem := batchtest.CheckedMemory(t, batch.NewRecycler())
	s := batchtest.EveryType()
	take, err := batch.NewGatherer(mem, s)
	if err != nil {
		t.Fatal(err)
	}
	rec := batchtest.NewBatch(t, mem, s, batchtest.Random{Rand: rand.New(rand.NewPCG(1, 1))}.Table(s, 3))
	defer rec.Release()
	take.AppendPicks([]arrow.Record{rec}, []batch.Pick{{Row: 0}, {Row: 1}, {Row: 2}})
	var r run
	r.add(new(blockWriter), take.Finish())
	reader := runReader{mem: mem, schema: s}
	whole, err := reader.next(r.reader())
	if err != nil {
		t.Fatal(err)
	}
	batchtest.CompareRows(t, rowsOf(whole), rowsOf(rec))
	whole.Release()
	section := func(b []byte) *io.SectionReader { return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))) }
	for i := range r.data {
		for bit := range 8 {
			damaged := slices.Clone(r.data)
			damaged[i] ^= 1 << bit
			if rec, err := reader.next(section(damaged)); err == nil {
				rec.Release()
				t.Errorf("byte %d, bit %d flipped: no error", i, bit)
			}
		}
		if rec, err := reader.next(section(r.data[:i])); err == nil {
			rec.Release()
			t.Errorf("cut at %d: no error", i)
		}
		// A file that lost its end: that is no end of the run.
		short := io.NewSectionReader(bytes.NewReader(r.data[:i]), 0, r.size)
		if _, err := reader.next(short); !errors.Is(err, errDamagedRun) {
			t.Errorf("file cut at %d: %v; want %v", i, err, errDamagedRun)
		}
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
