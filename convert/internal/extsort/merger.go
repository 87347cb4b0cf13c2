package extsort

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
)

// mostPicks is how many rows a merge picks before it copies them: enough to make up
// for going through all columns of all runs.
const mostPicks = 2048

// merger merges runs into batches whose rows are in order. Equal rows keep the order
// of their runs. It owns the batches of the runs; those that it has gone through are
// kept until the rows picked from them are copied.
type merger struct {
	by       []int
	reader   runReader
	gatherer *batch.Gatherer
	sources  []*mergeSource // a heap: none is before its parent
	batches  []arrow.Record // by the numbers of picks
	picks    []batch.Pick   // the next rows, which are not copied yet
	picked   int64          // bytes of their rows, about
}

// mergeSource is a run being merged.
type mergeSource struct {
	order   int // of the run among the others
	from    *io.SectionReader
	rec     arrow.Record // the batch at hand
	columns []sortColumn
	pick    batch.Pick // the next row
	rowSize int64      // bytes of a row of rec, on average
}

func newMerger(mem memory.Allocator, columns *arrow.Schema, by []int) (*merger, error) {
	gatherer, err := batch.NewGatherer(mem, columns)
	return &merger{by: by, reader: runReader{mem: mem, columns: columns}, gatherer: gatherer}, err
}

// merge merges runs. It gives emit, which releases it, a batch whenever that has so
// many rows or bytes, and the rows that are left at the end.
func (m *merger) merge(ctx context.Context, runs []*run, rows, bytes int64, emit func(arrow.Record) error) error {
	defer m.release()
	for i, r := range runs {
		s := &mergeSource{order: i, from: r.reader()}
		ok, err := m.load(s)
		if err != nil {
			return err
		}
		if ok {
			m.sources = append(m.sources, s)
		}
	}
	for i := len(m.sources)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	for len(m.sources) > 0 {
		top := m.sources[0]
		m.picks = append(m.picks, top.pick)
		m.picked += top.rowSize
		if top.pick.Row++; int64(top.pick.Row) == top.rec.NumRows() {
			ok, err := m.load(top)
			if err != nil {
				return err
			}
			if !ok {
				last := len(m.sources) - 1
				m.sources[0], m.sources = m.sources[last], m.sources[:last]
			}
		}
		m.sink(0)
		if n := int64(m.gatherer.Rows + len(m.picks)); n < rows && len(m.picks) < mostPicks && m.gatherer.Size()+m.picked < bytes {
			continue
		}
		m.copyPicks()
		if int64(m.gatherer.Rows) >= rows || m.gatherer.Size() >= bytes {
			if err := emit(m.gatherer.Finish()); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	m.copyPicks()
	if m.gatherer.Rows == 0 {
		return nil
	}
	return emit(m.gatherer.Finish())
}

// load makes the next batch of a run the one at hand; ok is false at the run's end.
func (m *merger) load(s *mergeSource) (ok bool, err error) {
	rec, err := m.reader.next(s.from)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.rec, s.columns = rec, sortColumns(rec, m.by)
	s.pick = batch.Pick{Batch: int32(len(m.batches))}
	s.rowSize = batch.Size(rec) / rec.NumRows()
	m.batches = append(m.batches, rec)
	return true, nil
}

// copyPicks copies the rows picked and releases the batches that are gone through.
func (m *merger) copyPicks() {
	m.gatherer.AppendPicks(m.batches, m.picks)
	m.picks, m.picked = m.picks[:0], 0
	inUse := make([]bool, len(m.batches))
	for _, s := range m.sources {
		inUse[s.pick.Batch] = true
	}
	for i, rec := range m.batches {
		if !inUse[i] {
			rec.Release()
		}
	}
	m.batches = m.batches[:0]
	for _, s := range m.sources {
		s.pick.Batch = int32(len(m.batches))
		m.batches = append(m.batches, s.rec)
	}
}

// release releases all batches, also in the middle of a merge.
func (m *merger) release() {
	for _, rec := range m.batches {
		rec.Release()
	}
	m.batches, m.sources, m.picks, m.picked = nil, nil, nil, 0
	m.gatherer.Finish().Release()
}

// sink lets a source down to its place in the heap.
func (m *merger) sink(i int) {
	for {
		first := 2*i + 1
		if first >= len(m.sources) {
			return
		}
		if second := first + 1; second < len(m.sources) && m.sources[second].before(m.sources[first]) {
			first = second
		}
		if !m.sources[first].before(m.sources[i]) {
			return
		}
		m.sources[i], m.sources[first] = m.sources[first], m.sources[i]
		i = first
	}
}

// before reports whether the next row of s comes before that of other.
func (s *mergeSource) before(other *mergeSource) bool {
	for i := range s.columns {
		if c := s.columns[i].compare(s.pick.Row, &other.columns[i], other.pick.Row); c != 0 {
			return c < 0
		}
	}
	return s.order < other.order
}
