package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

// heldBytes is how much may wait for its row group in all places together; above
// it, the rows of the largest become a row group as they are.
const heldBytes = 80 << 20

// place is where rows are held until they make a row group.
type place struct {
	partition *table.Partition
	lane      int
}

// holding is the rows held of all places, in the order of their first rows.
type holding struct {
	order []*batch.Rows
	place map[place]int // in order
	bytes int64
}

// of returns the rows held of a place.
func (h *holding) of(p place) *batch.Rows {
	i, ok := h.place[p]
	if !ok {
		i = len(h.order)
		h.place[p] = i
		h.order = append(h.order, &batch.Rows{Partition: p.partition, Lane: p.lane})
	}
	return h.order[i]
}

// join makes one row group of what is left of a partition, where that fits.
func (h *holding) join(maxRows, maxBytes int64) {
	first := map[*table.Partition]*batch.Rows{}
	for _, rows := range h.order {
		to := first[rows.Partition]
		switch {
		case to == nil:
			first[rows.Partition] = rows
		case to.Count+rows.Count <= maxRows && to.Bytes+rows.Bytes <= maxBytes:
			to.Append(rows)
		}
	}
}

// add takes rec over.
func (h *holding) add(rows *batch.Rows, rec arrow.Record) { h.bytes += rows.Add(rec) }

// copyRows copies the rows of rec with these numbers.
func (h *holding) copyRows(mem memory.Allocator, rows *batch.Rows, rec arrow.Record, numbers []int32) error {
	bytes, err := rows.CopyRows(mem, rec, numbers)
	h.bytes += bytes
	return err
}

// largest returns the rows of the place that has the most bytes, the first of several.
func (h *holding) largest() *batch.Rows {
	largest := h.order[0]
	for _, rows := range h.order {
		if rows.Bytes > largest.Bytes {
			largest = rows
		}
	}
	return largest
}

// send passes rows on and lets their place begin anew.
func (h *holding) send(ctx context.Context, rows *batch.Rows, out chan<- *batch.Rows) error {
	rows.Finish()
	if err := stage.Send(ctx, out, rows); err != nil {
		return err
	}
	h.order[h.place[place{rows.Partition, rows.Lane}]] = &batch.Rows{Partition: rows.Partition, Lane: rows.Lane}
	h.bytes -= rows.Bytes
	return nil
}

func (h *holding) release() {
	for _, rows := range h.order {
		rows.Release()
	}
}
