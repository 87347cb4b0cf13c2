package batch

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Pick is a row of one of several batches.
type Pick struct{ Batch, Row int32 }

// Gather appends rows of several batches.
func (t *Gatherer) Gather(batches []arrow.Record, picks []Pick) {
	from := make([]arrow.Array, len(batches))
	for i, c := range t.columns {
		for b, rec := range batches {
			from[b] = rec.Column(i)
		}
		if slices.ContainsFunc(from, hasValues) { // most columns of a table have none for long
			c.gather(t.Rows, from, picks)
		}
	}
	t.Rows += len(picks)
}

func hasValues(arr arrow.Array) bool { return arr.NullN() < arr.Len() }

// textView is a column of strings.
type textView struct {
	valid   Valid
	offsets []int32
	data    []byte
}

func (c gatheredText) gather(n int, from []arrow.Array, picks []Pick) {
	views := (*c.views)[:0]
	for _, arr := range from {
		v := textView{valid: ValidOf(arr)}
		v.offsets, v.data = Strings(arr)
		views = append(views, v)
	}
	*c.views = views
	size := 0
	for _, p := range picks {
		offsets := views[p.Batch].offsets
		size += int(offsets[p.Row+1] - offsets[p.Row])
	}
	start := c.data.n
	to := c.data.extend(size)
	offsets, bits := c.offsets.extendRows(n, len(picks), int32(start)), c.extendRows(n+len(picks))
	at := 0
	for i, p := range picks {
		offsets[i] = int32(start + at)
		v := &views[p.Batch]
		if v.valid.Has(p.Row) {
			at += copy(to[at:], v.data[v.offsets[p.Row]:v.offsets[p.Row+1]])
			bits[(n+i)/8] |= 1 << ((n + i) % 8)
			c.valid++
		}
	}
	c.data.n = start + at
	clear(views)
}

// dictView is a dictionary column, and what its entries are in the taker.
type dictView struct {
	valid   Valid
	indices []int32
	entries *array.String
	source  arrow.ArrayData // of the entries; nil where the codes are not theirs
	codes   []int32         // of the entries, or notYet
}

const notYet = -1

func (c gatheredDict) gather(n int, from []arrow.Array, picks []Pick) {
	views := *c.views
	for len(views) < len(from) {
		views = append(views, dictView{})
	}
	*c.views = views
	for b, arr := range from {
		d, v := arr.(*array.Dictionary), &views[b]
		v.valid, v.indices = ValidOf(arr), arrow.GetValues[int32](d.Data(), 1)
		v.entries = d.Dictionary().(*array.String)
		if v.source == v.entries.Data() {
			continue
		}
		v.source = v.entries.Data()
		v.codes = slices.Grow(v.codes[:0], v.entries.Len())[:v.entries.Len()]
		for i := range v.codes {
			v.codes[i] = notYet
		}
	}
	to, bits := c.index.data.extendRows(n, len(picks), 0), c.index.extendRows(n+len(picks))
	for i, p := range picks {
		v := &views[p.Batch]
		if !v.valid.Has(p.Row) {
			to[i] = 0
			continue
		}
		index := v.indices[p.Row]
		if v.codes[index] == notYet {
			v.codes[index] = c.code(stringBytes(v.entries, int(index)))
		}
		to[i] = v.codes[index]
		bits[(n+i)/8] |= 1 << ((n + i) % 8)
		c.index.valid++
	}
}

// finish forgets the codes, for those of the next batch are others.
func (c gatheredDict) finish(n int) arrow.ArrayData {
	for i, v := range *c.views {
		(*c.views)[i] = dictView{codes: v.codes}
	}
	return c.dictColumn.finish(n)
}

func (c gatheredNumbers[T]) gather(n int, from []arrow.Array, picks []Pick) {
	values := make([][]T, len(from))
	for b, arr := range from {
		values[b] = arrow.GetValues[T](arr.Data(), 1)
	}
	to, bits := c.data.extendRows(n, len(picks), 0), c.extendRows(n+len(picks))
	for i, p := range picks {
		if from[p.Batch].IsNull(int(p.Row)) {
			to[i] = 0
			continue
		}
		to[i] = values[p.Batch][p.Row]
		bits[(n+i)/8] |= 1 << ((n + i) % 8)
		c.valid++
	}
}

// extendRows returns rows more numbers, of any content, behind n, of which those
// that are missing become v.
func (f *fixed[T]) extendRows(n, rows int, v T) []T {
	f.pad(n, v)
	if n+rows > len(f.values) {
		f.grow(n + rows)
	}
	f.len = n + rows
	return f.values[n:f.len]
}

// extendRows returns the bits of n rows, those that are new null.
func (v *validity) extendRows(n int) []byte {
	v.pad(n)
	return v.bits.b
}
