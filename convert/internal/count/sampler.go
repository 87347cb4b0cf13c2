package count

import (
	"cmp"
	"container/heap"
	"hash/fnv"
	"slices"

	"batchreport/convert/groups"
	"batchreport/convert/internal/explain"
	"batchreport/convert/internal/row"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// maxSampleBytes is how many bytes of text a sample holds at most. 5,000 rows have some
// 1 MB as a rule.
const maxSampleBytes = 4 << 20

// sampler keeps a sample of the rows that failed: those of the smallest hashes, until
// there are as many as it may have or no room is left. The hash of a row follows from its
// place in the report, so that the sample is spread over all of the rows, and is the same
// one whatever the number of tasks and of workers.
type sampler struct {
	most  int
	rows  hashedRows
	bytes int
	// end is the smallest hash that had no room: rows from there on are not kept.
	end  uint64
	full bool // whether there is such a hash
}

// hashedRow is a row of a sample.
type hashedRow struct {
	hash  uint64
	row   groups.FailedRow
	bytes int
}

// has reports whether a row of that hash is kept.
func (s *sampler) has(hash uint64) bool { return !s.full || hash < s.end }

// insert adds a row, and lets those go for which there is no room.
func (s *sampler) insert(r *hashedRow) {
	heap.Push(&s.rows, r)
	s.bytes += r.bytes
	for len(s.rows) > s.most || s.bytes > maxSampleBytes {
		last := heap.Pop(&s.rows).(*hashedRow)
		s.bytes -= last.bytes
		s.end, s.full = last.hash, true
	}
}

// merge adds what another sampler has kept, which is not to be used again.
func (s *sampler) merge(o *sampler) {
	if o.full && s.has(o.end) {
		s.end, s.full = o.end, true
	}
	for len(s.rows) > 0 && !s.has(s.rows[0].hash) {
		s.bytes -= heap.Pop(&s.rows).(*hashedRow).bytes
	}
	for _, r := range o.rows {
		if s.has(r.hash) {
			s.insert(r)
		}
	}
}

// finish returns the rows by their places in the reports.
func (s *sampler) finish() []groups.FailedRow {
	slices.SortFunc(s.rows, func(a, b *hashedRow) int {
		return cmp.Or(cmp.Compare(a.row.File, b.row.File), cmp.Compare(a.row.Row, b.row.Row))
	})
	rows := make([]groups.FailedRow, len(s.rows))
	for i, r := range s.rows {
		rows[i] = r.row
	}
	return rows
}

// newHashedRow returns a row of a sample, without its hash and file. Its number is that in
// the block.
func newHashedRow(from *row.Row) *hashedRow {
	value := func(c schema.Column) *string { return kept(valueOf(from, groups.Dimension{Column: c})()) }
	r := groups.FailedRow{
		Sample:           *sampleOf(from),
		ErrorCode:        value(schema.ErrorCode),
		HTTPStatusCode:   value(schema.HTTPStatusCode),
		ServiceErrorCode: value(schema.ServiceErrorCode),
		Text:             value(schema.ResultText),
		OccurredAt:       value(schema.OccurredAt),
	}
	r.Cause = cause.Find(explain.FailureOf(func(c schema.Column) string { return string(valueOf(from, groups.Dimension{Column: c})()) }))
	const fixed = 300 // headers of strings, and its place among the others
	bytes := fixed
	for _, s := range []*string{r.Bucket, r.Key, r.VersionID, r.RequestID, r.ErrorCode, r.HTTPStatusCode, r.ServiceErrorCode, r.Text, r.OccurredAt} {
		if s != nil {
			bytes += len(*s)
		}
	}
	return &hashedRow{row: r, bytes: bytes}
}

// hashOf returns the hash of a name.
func hashOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// mixed spreads numbers that follow each other over all of the 64 bits. It is the
// finalizer of SplitMix64.
func mixed(n uint64) uint64 {
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// hashedRows is a heap: the row of the largest hash is the first. Rows of equal hashes,
// which are those of files of one name, are in no order.
type hashedRows []*hashedRow

func (h hashedRows) Len() int           { return len(h) }
func (h hashedRows) Less(i, j int) bool { return h[i].hash > h[j].hash }
func (h hashedRows) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *hashedRows) Push(x any) { *h = append(*h, x.(*hashedRow)) }

// Pop implements heap.Interface.
func (h *hashedRows) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return x
}
