package extsort

import (
	"context"
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
)

// gatheredRows is how many rows a merge takes together at once: enough to make
// up for going through all columns of all runs.
const gatheredRows = 2048

// merger merges runs to batches of one order. Equal rows keep the order of their
// runs. It owns the batches of the runs; those that it has gone through are kept
// until their rows are taken.
type merger struct {
	by      []int
	reader  runReader
	taker   *batch.Gatherer
	sources []*mergeSource // a heap: none is before its parent
	batches []arrow.Record // by the numbers of picks
	picks   []batch.Pick
	picked  int64 // bytes of their rows, about
}

// mergeSource is a run being merged.
type mergeSource struct {
	order   int
	from    *io.SectionReader
	rec     arrow.Record
	columns []sortColumn
	pick    batch.Pick // the next row
	rowSize int64      // bytes of a row of rec, on average
}

func newMerger(mem memory.Allocator, schema *arrow.Schema, by []int) (*merger, error) {
	taker, err := batch.NewGatherer(mem, schema)
	return &merger{by: by, reader: runReader{mem: mem, schema: schema}, taker: taker}, err
}

// merge merges runs and hands on a batch, which emit releases, whenever it has so
// many rows or bytes, and what is left.
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
		if n := int64(m.taker.Rows + len(m.picks)); n < rows && len(m.picks) < gatheredRows && m.taker.Size()+m.picked < bytes {
			continue
		}
		m.gather()
		if int64(m.taker.Rows) >= rows || m.taker.Size() >= bytes {
			if err := emit(m.taker.Finish()); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	m.gather()
	if m.taker.Rows == 0 {
		return nil
	}
	return emit(m.taker.Finish())
}

// load makes the next batch of a run the one at hand; not ok at its end.
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

// gather takes the rows picked and lets go of the batches that are through.
func (m *merger) gather() {
	m.taker.AppendPicks(m.batches, m.picks)
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

// release lets go of all batches, also in the middle of a merge.
func (m *merger) release() {
	for _, rec := range m.batches {
		rec.Release()
	}
	m.batches, m.sources, m.picks, m.picked = nil, nil, nil, 0
	m.taker.Finish().Release()
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
