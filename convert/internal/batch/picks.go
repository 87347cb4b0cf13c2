package batch

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Pick names a row of one of several batches, by their numbers.
type Pick struct{ Batch, Row int32 }

// AppendPicks appends rows of several batches, in the order of the picks.
func (g *Gatherer) AppendPicks(batches []arrow.Record, picks []Pick) {
	from := make([]arrow.Array, len(batches))
	for i, c := range g.columns {
		for b, rec := range batches {
			from[b] = rec.Column(i)
		}
		if slices.ContainsFunc(from, hasValues) { // most columns of a table have none for long
			c.appendPicks(g.Rows, from, picks)
		}
	}
	g.Rows += len(picks)
}

func hasValues(arr arrow.Array) bool { return arr.NullN() < arr.Len() }

// textView is a string column of one of the batches.
type textView struct {
	valid   Valid
	offsets []int32
	data    []byte
}

func (c gatheredText) appendPicks(n int, from []arrow.Array, picks []Pick) {
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
		}
	}
	c.data.n = start + at
	clear(views)
}

// dictView is a dictionary column, and the codes that its entries have in the
// gathered batch.
type dictView struct {
	valid   Valid
	indices []int32
	entries *array.String
	source  arrow.ArrayData // the array that codes are of; nil if there is none
	codes   []int32         // of the entries, or notYet
}

const notYet = -1

func (c gatheredDict) appendPicks(n int, from []arrow.Array, picks []Pick) {
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
	}
}

// finish forgets the codes of the entries, for those of the next batch are others.
func (c gatheredDict) finish(n int) arrow.ArrayData {
	for i, v := range *c.views {
		(*c.views)[i] = dictView{codes: v.codes}
	}
	return c.dictColumn.finish(n)
}

func (c gatheredNumbers[T]) appendPicks(n int, from []arrow.Array, picks []Pick) {
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
	}
}
