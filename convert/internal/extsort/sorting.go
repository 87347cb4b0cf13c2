package extsort

import (
	"context"
	"slices"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

// sort makes runs of what comes in and keeps them.
func (s *Sorter) sort(ctx context.Context, in <-chan *batch.Rows) error {
	free := make(encode.Buffers, 2*s.workers) // as many as wait or are worked on
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
	sorter := &rowSorter{by: s.by}
	var blocks blockWriter
	var gatherer *batch.Gatherer
	return func(rows *batch.Rows) (_ *sortedRun, err error) {
		defer rows.Release()
		if gatherer == nil {
			if gatherer, err = batch.NewGatherer(s.mem, s.columns); err != nil {
				return nil, err
			}
		}
		r := &sortedRun{partition: rows.Partition, free: free}
		r.data = free.Get()[:0]
		picks := sorter.sort(rows.Batches)
		// Rows are added in steps of an eighth of a batch, so where some are longer than
		// most, a batch is too large by those of one step at most.
		step := int(max(1, s.limits.batch*rows.Count/8/max(rows.Bytes, 1)))
		for len(picks) > 0 {
			n := min(step, len(picks))
			gatherer.AppendPicks(rows.Batches, picks[:n])
			picks = picks[n:]
			if gatherer.Size() < s.limits.batch && len(picks) > 0 {
				continue
			}
			rec := gatherer.Finish()
			r.add(&blocks, rec)
		}
		return r, nil
	}
}

// keep keeps a run: in memory while there is room, then on disk.
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
