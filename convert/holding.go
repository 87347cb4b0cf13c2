package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// heldBytes is how much may wait for its row group in all places together; above
// it, the rows of the largest become a row group as they are.
const heldBytes = 80 << 20

// place is where rows are held until they make a row group.
type place struct {
	partition *partition
	lane      int
}

// holding is the rows held of all places, in the order of their first rows.
type holding struct {
	order []*heldRows
	place map[place]int // in order
	bytes int64
}

// of returns the rows held of a place.
func (h *holding) of(p place) *heldRows {
	i, ok := h.place[p]
	if !ok {
		i = len(h.order)
		h.place[p] = i
		h.order = append(h.order, &heldRows{partition: p.partition, lane: p.lane})
	}
	return h.order[i]
}

// join makes one row group of what is left of a partition, where that fits.
func (h *holding) join(maxRows, maxBytes int64) {
	first := map[*partition]*heldRows{}
	for _, rows := range h.order {
		to := first[rows.partition]
		switch {
		case to == nil:
			first[rows.partition] = rows
		case to.rows+rows.rows <= maxRows && to.bytes+rows.bytes <= maxBytes:
			to.take(rows)
		}
	}
}

// add takes rec over.
func (h *holding) add(rows *heldRows, rec arrow.Record) {
	rows.finish()
	rows.batches = append(rows.batches, rec)
	h.count(rows, rec.NumRows(), recordBytes(rec))
}

// take copies the rows of rec with these numbers.
func (h *holding) take(mem memory.Allocator, rows *heldRows, rec arrow.Record, numbers []int32) (err error) {
	if rows.taken == nil {
		if rows.taken, err = newTaker(mem, rec.Schema()); err != nil {
			return err
		}
	}
	before := rows.taken.size()
	rows.taken.take(rec, numbers)
	h.count(rows, int64(len(numbers)), rows.taken.size()-before)
	return nil
}

func (h *holding) count(rows *heldRows, n, bytes int64) {
	rows.rows += n
	rows.bytes += bytes
	h.bytes += bytes
}

// largest returns the rows of the place that has the most bytes, the first of several.
func (h *holding) largest() *heldRows {
	largest := h.order[0]
	for _, rows := range h.order {
		if rows.bytes > largest.bytes {
			largest = rows
		}
	}
	return largest
}

// send passes rows on and lets their place begin anew.
func (h *holding) send(ctx context.Context, rows *heldRows, out chan<- *heldRows) error {
	rows.finish()
	if err := send(ctx, out, rows); err != nil {
		return err
	}
	h.order[h.place[place{rows.partition, rows.lane}]] = &heldRows{partition: rows.partition, lane: rows.lane}
	h.bytes -= rows.bytes
	return nil
}

func (h *holding) release() {
	for _, rows := range h.order {
		rows.Release()
	}
}
