package convert

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// gather appends rows of several batches.
func (t *taker) gather(batches []arrow.Record, picks []pick) {
	from := make([]arrow.Array, len(batches))
	for i, c := range t.columns {
		for b, rec := range batches {
			from[b] = rec.Column(i)
		}
		c.gather(t.rows, from, picks)
	}
	t.rows += len(picks)
}

func (c takenText) gather(n int, from []arrow.Array, picks []pick) {
	for i, p := range picks {
		if col := from[p.batch].(*array.String); col.IsValid(int(p.row)) {
			c.set(n+i, stringBytes(col, int(p.row)))
		}
	}
}

// gatheredDict is what a dictionary's entries are in the taker.
type gatheredDict struct {
	data  arrow.ArrayData // the dictionary
	codes []int32         // of its entries, or notYet
}

const notYet = -1

func (c takenDict) gather(n int, from []arrow.Array, picks []pick) {
	known := *c.known
	for len(known) < len(from) {
		known = append(known, gatheredDict{})
	}
	*c.known = known
	for i, p := range picks {
		col := from[p.batch].(*array.Dictionary)
		if col.IsNull(int(p.row)) {
			continue
		}
		d := &known[p.batch]
		if data := col.Dictionary().Data(); d.data != data {
			d.data, d.codes = data, d.codes[:0]
			for range col.Dictionary().Len() {
				d.codes = append(d.codes, notYet)
			}
		}
		index := col.Indices().(*array.Int32).Value(int(p.row))
		if d.codes[index] == notYet {
			d.codes[index] = c.code(stringBytes(col.Dictionary().(*array.String), int(index)))
		}
		c.index.set(n+i, d.codes[index])
	}
}

// finish forgets the codes, for the next batch has others.
func (c takenDict) finish(n int) arrow.ArrayData {
	for i := range *c.known {
		(*c.known)[i].data = nil
	}
	return c.dictColumn.finish(n)
}

func (c takenNumbers[T]) gather(n int, from []arrow.Array, picks []pick) {
	for i, p := range picks {
		if col := from[p.batch]; col.IsValid(int(p.row)) {
			c.set(n+i, arrow.GetValues[T](col.Data(), 1)[p.row])
		}
	}
}
