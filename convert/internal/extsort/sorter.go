package extsort

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

// Sorter puts the rows of each partition in order: an external merge sort. What
// comes in are rows that wait for a row group, some megabytes of one partition.
// On several workers they are sorted to runs, which are kept in memory as long as
// there is room, then on disk. At the end of the input the runs of one partition
// after the other are merged, and row groups go on.
//
// Which rows make a run follows from the rows alone, and so does what is merged
// with what: the output is the same whatever the number of workers.
type Sorter struct {
	mem     memory.Allocator
	columns *arrow.Schema // of the batches
	by      []int         // columns, the first decides first
	workers int
	limits  sortLimits
	spill   spillFile

	order []*table.Partition
	runs  map[*table.Partition][]*run
	kept  int64 // bytes of the runs in memory
}

// sortLimits bound what a sorter holds.
type sortLimits struct {
	runRows, runBytes     int64 // at which a run is sorted
	groupRows, groupBytes int64 // at which a row group ends
	piece                 int64 // bytes of a row group's batch
	batch                 int64 // bytes of a run's batch, which is what a merge holds of the run
	keep                  int64 // bytes of runs in memory
	merge                 int64 // bytes of batches of all runs that are merged at once
}

// New returns the sorter of a task; nil where the rows of a partition stay
// as they are.
func New(mem memory.Allocator, columns *arrow.Schema, by []string, f encode.Format, workers int, tempDir string) *Sorter {
	s := &Sorter{mem: mem, columns: columns, workers: workers, spill: spillFile{dir: tempDir}, runs: map[*table.Partition][]*run{}}
	for _, name := range by {
		// A column that is in the path only is the same in all rows of a partition.
		s.by = append(s.by, s.columns.FieldIndices(name)...)
	}
	if len(s.by) == 0 {
		return nil
	}
	groupRows, groupBytes := f.RowGroupSize()
	s.limits = sortLimits{
		// Half of what a row group of Parquet holds, for runs are sorted beside the
		// rows that are read; with twice as much sorting is no faster.
		runRows: 122_880, runBytes: 8 << 20,
		groupRows: groupRows, groupBytes: groupBytes,
		// Buffers of one row group's size would seldom fit the next, and those freed
		// are kept.
		piece: min(groupBytes, 2<<20),
		// Some 200 runs, 1.6 GiB of a partition, are merged at once: batches are a
		// little larger than this.
		batch: 128 << 10, merge: 32 << 20,
		// A report of some 60 MB needs no disk.
		keep: 32 << 20,
	}
	return s
}

// RunSize returns the rows, and the bytes, of a partition that are to come in
// together; whichever comes first.
func (s *Sorter) RunSize() (rows, bytes int64) { return s.limits.runRows, s.limits.runBytes }

// Run sends the rows that come in on, in order and as row groups.
func (s *Sorter) Run(ctx context.Context, in <-chan *batch.Rows, out chan<- *batch.Rows) (err error) {
	defer close(out)
	defer func() {
		if e := s.spill.close(); err == nil {
			err = e
		}
	}()
	if err := s.sort(ctx, in); err != nil {
		return err
	}
	m, err := newMerger(s.mem, s.columns, s.by)
	if err != nil {
		return err
	}
	for _, p := range s.order {
		if err := s.merge(ctx, m, p, out); err != nil {
			return err
		}
	}
	return nil
}

// sort makes runs of what comes in and keeps them.
func (s *Sorter) sort(ctx context.Context, in <-chan *batch.Rows) error {
	free := make(encode.Buffers, 2*s.workers)
	newWorker := func() func(*batch.Rows) (*sortedRun, error) { return s.newWorker(free) }
	return stage.InOrder(ctx, s.workers, s.workers-1, in, newWorker, func(_ context.Context, r *sortedRun) error {
		defer r.Release()
		return s.keep(r)
	})
}

// sortedRun is a run on its way to where it is kept. Whoever holds it owns its
// bytes, and gives them back with Release.
type sortedRun struct {
	partition *table.Partition
	run
	free encode.Buffers
}

// Release gives the bytes back for another run.
func (r *sortedRun) Release() { r.free.Put(r.data) }

// newWorker returns a function that makes runs, for one goroutine.
func (s *Sorter) newWorker(free encode.Buffers) func(*batch.Rows) (*sortedRun, error) {
	rows := &rowSorter{by: s.by}
	var blocks blockWriter
	var taker *batch.Gatherer
	return func(held *batch.Rows) (_ *sortedRun, err error) {
		defer held.Release()
		if taker == nil {
			if taker, err = batch.NewGatherer(s.mem, s.columns); err != nil {
				return nil, err
			}
		}
		r := &sortedRun{partition: held.Partition, free: free}
		r.data = free.Get()[:0]
		picks := rows.sort(held.Batches)
		// Rows that are longer than most make a batch larger by an eighth of its rows.
		step := int(max(1, s.limits.batch*held.Count/8/max(held.Bytes, 1)))
		for len(picks) > 0 {
			n := min(step, len(picks))
			taker.AppendPicks(held.Batches, picks[:n])
			picks = picks[n:]
			if taker.Size() < s.limits.batch && len(picks) > 0 {
				continue
			}
			rec := taker.Finish()
			r.add(&blocks, rec)
		}
		return r, nil
	}
}

// add appends a batch, which it releases, to a run in memory.
func (r *run) add(blocks *blockWriter, rec arrow.Record) {
	defer rec.Release()
	r.data = blocks.append(r.data, rec)
	r.size = int64(len(r.data))
	bytes := batch.Size(rec)
	r.rows += rec.NumRows()
	r.bytes += bytes
	r.widest = max(r.widest, bytes)
}

// keep keeps a run.
func (s *Sorter) keep(r *sortedRun) error {
	if _, ok := s.runs[r.partition]; !ok {
		s.order = append(s.order, r.partition)
	}
	kept := r.run
	if s.kept+r.size <= s.limits.keep {
		s.kept += r.size
		kept.data = slices.Clone(r.data) // without the room that was left
	} else if err := s.write(&kept); err != nil {
		return err
	}
	s.runs[r.partition] = append(s.runs[r.partition], &kept)
	return nil
}

// write moves a run from memory to disk.
func (s *Sorter) write(r *run) (err error) {
	r.at, err = s.spill.append(r.data)
	r.data, r.file = nil, &s.spill
	return err
}

// merge merges the runs of a partition and sends the row groups on.
func (s *Sorter) merge(ctx context.Context, m *merger, p *table.Partition, out chan<- *batch.Rows) error {
	runs := s.runs[p]
	delete(s.runs, p)
	for n := s.mergeable(runs); n < len(runs); n = s.mergeable(runs) {
		var err error
		if runs, err = s.mergeSome(ctx, m, runs, n); err != nil {
			return err
		}
	}
	group := &batch.Rows{Partition: p}
	defer func() { group.Release() }()
	flush := func() error {
		if group.Count == 0 {
			return nil
		}
		err := stage.Send(ctx, out, group)
		if err == nil {
			group = &batch.Rows{Partition: p}
		}
		return err
	}
	err := m.merge(ctx, runs, s.limits.groupRows, s.limits.piece, func(rec arrow.Record) error {
		group.Batches = append(group.Batches, rec)
		group.Count += rec.NumRows()
		group.Bytes += batch.Size(rec)
		if group.Count < s.limits.groupRows && group.Bytes < s.limits.groupBytes {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// mergeable returns how many of the runs, from the first, can be merged at once:
// two in any case.
func (s *Sorter) mergeable(runs []*run) int {
	var bytes int64
	for i, r := range runs {
		if bytes += r.widest; bytes > s.limits.merge && i >= 2 {
			return i
		}
	}
	return len(runs)
}

// mergeSome makes fewer runs of those that cannot be merged at once, of which n
// can. Neighbours become one run in their place, so equal rows stay in order.
func (s *Sorter) mergeSome(ctx context.Context, m *merger, runs []*run, n int) ([]*run, error) {
	if over := len(runs) - n + 1; over <= n {
		// So that the fewest rows are written again.
		r, err := s.mergeRuns(ctx, m, runs[:over])
		return append([]*run{r}, runs[over:]...), err
	}
	var merged []*run
	for len(runs) > 0 {
		n := s.mergeable(runs)
		r, err := s.mergeRuns(ctx, m, runs[:n])
		if err != nil {
			return nil, err
		}
		merged, runs = append(merged, r), runs[n:]
	}
	return merged, nil
}

// mergeRuns makes several runs one, on disk.
func (s *Sorter) mergeRuns(ctx context.Context, m *merger, runs []*run) (*run, error) {
	if len(runs) == 1 {
		return runs[0], nil
	}
	whole := &run{file: &s.spill, at: s.spill.size}
	for _, r := range runs {
		whole.rows += r.rows
		whole.bytes += r.bytes
	}
	rows := max(1, s.limits.batch*whole.rows/max(whole.bytes, 1))
	var blocks blockWriter
	var block run
	err := m.merge(ctx, runs, rows, s.limits.batch, func(rec arrow.Record) error {
		block.data = block.data[:0]
		block.add(&blocks, rec)
		_, err := s.spill.append(block.data)
		whole.size += block.size
		return err
	})
	whole.widest = block.widest
	return whole, err
}
