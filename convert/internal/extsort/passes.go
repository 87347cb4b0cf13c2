package extsort

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

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
		// One run is enough to make: this writes the fewest rows again.
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
	var block run // the block at hand, and the widest of all
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
