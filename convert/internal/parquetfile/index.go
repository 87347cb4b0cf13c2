package parquetfile

import pq "github.com/parquet-go/parquet-go/format"

const (
	// pageBoundSize is how many bytes of a string the page index keeps: enough
	// to tell keys of a common prefix apart.
	pageBoundSize = 64

	// chunkBoundSize is the length of the longest string that can bound a
	// column chunk. Readers may answer min and max from the footer, so bounds
	// there are exact or absent. Keys always fit: S3 allows them 1,024 bytes.
	chunkBoundSize = 1024
)

// indexBuilder collects what a file says about a chunk's pages, the page index of
// PageIndex.md, and about the chunk, its statistics.
type indexBuilder struct {
	columns pq.ColumnIndex
	offsets pq.OffsetIndex
	chunk   bounds // of the chunk
	nulls   int64  // in the chunk

	compare               func(a, b []byte) int
	ascending, descending bool // whether the bounds of all pages so far are
	last                  int  // page so far that is not all null, or -1
}

// reset begins a chunk whose values have that order.
func (x *indexBuilder) reset(compare func(a, b []byte) int) {
	*x = indexBuilder{compare: compare, ascending: true, descending: true, last: -1}
	x.chunk.exact = true
}

// add adds a page.
func (x *indexBuilder) add(location pq.PageLocation, nulls int, b bounds) {
	x.offsets.PageLocations = append(x.offsets.PageLocations, location)
	c := &x.columns
	page := len(c.NullPages)
	c.NullPages = append(c.NullPages, !b.present)
	c.NullCounts = append(c.NullCounts, int64(nulls))
	c.MinValues = append(c.MinValues, lowerBound(b.min, pageBoundSize))
	c.MaxValues = append(c.MaxValues, upperBound(b.max, pageBoundSize))
	x.nulls += int64(nulls)
	if !b.present {
		return
	}

	if x.last >= 0 {
		low := x.compare(c.MinValues[x.last], c.MinValues[page])
		high := x.compare(c.MaxValues[x.last], c.MaxValues[page])
		x.ascending = x.ascending && low <= 0 && high <= 0
		x.descending = x.descending && low >= 0 && high >= 0
	}
	x.last = page
	switch {
	case x.ascending:
		c.BoundaryOrder = pq.Ascending
	case x.descending:
		c.BoundaryOrder = pq.Descending
	default:
		c.BoundaryOrder = pq.Unordered
	}

	if !x.chunk.present || x.compare(b.min, x.chunk.min) < 0 {
		x.chunk.min = b.min
	}
	if !x.chunk.present || x.compare(b.max, x.chunk.max) > 0 {
		x.chunk.max = b.max
	}
	x.chunk.present = true
	x.chunk.exact = x.chunk.exact && b.exact
}

// shift moves all pages by n bytes.
func (x *indexBuilder) shift(n int64) {
	for i := range x.offsets.PageLocations {
		x.offsets.PageLocations[i].Offset += n
	}
}

// statistics returns the statistics of the chunk, with its bounds if they are wanted and
// exact.
func (x *indexBuilder) statistics(bounded bool) pq.Statistics {
	s := pq.Statistics{NullCount: x.nulls}
	if b := x.chunk; bounded && b.present && b.exact && max(len(b.min), len(b.max)) <= chunkBoundSize {
		// An empty bound is not nil, which would be left out.
		s.MinValue, s.MaxValue = append([]byte{}, b.min...), append([]byte{}, b.max...)
	}
	return s
}
