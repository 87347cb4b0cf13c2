package partition

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/stage"
	"batchreport/convert/table"
)

// MaxPending is how many bytes of rows may wait for their row groups in all
// partitions together; above it, the rows of the largest become a row group as they
// are.
const MaxPending = 80 << 20

// Pending are the rows that wait until there are enough of their partition for a
// row group, by partition, in the order of the partitions' first rows.
type Pending struct {
	maxRows, maxBytes int64 // of a row group

	rows  []*batch.Rows
	index map[*table.Partition]int // in rows
	bytes int64
}

// NewPending returns pending rows, of which so many, or so many bytes, make a row group.
func NewPending(maxRows, maxBytes int64) *Pending {
	return &Pending{maxRows: maxRows, maxBytes: maxBytes, index: map[*table.Partition]int{}}
}

// Add takes the rows of rec with these numbers, nil for all of them, to their
// partition, and sends on what is a row group then, or is too much.
func (p *Pending) Add(ctx context.Context, mem memory.Allocator, to *table.Partition, rec arrow.Record, numbers []int32, out chan<- *batch.Rows) error {
	i, ok := p.index[to]
	if !ok {
		i = len(p.rows)
		p.index[to] = i
		p.rows = append(p.rows, &batch.Rows{Partition: to})
	}
	rows := p.rows[i]
	before := rows.Bytes
	if numbers == nil {
		rec.Retain()
		rows.Add(rec)
	} else if _, err := rows.CopyRows(mem, rec, numbers); err != nil {
		return err
	}
	p.bytes += rows.Bytes - before
	if rows.Count >= p.maxRows || rows.Bytes >= p.maxBytes {
		if err := p.send(ctx, i, out); err != nil {
			return err
		}
	}
	for p.bytes > MaxPending {
		if err := p.send(ctx, p.largest(), out); err != nil {
			return err
		}
	}
	return nil
}

// largest returns which rows are the most bytes, the first of several.
func (p *Pending) largest() int {
	largest := 0
	for i, rows := range p.rows {
		if rows.Bytes > p.rows[largest].Bytes {
			largest = i
		}
	}
	return largest
}

// send passes the rows of a partition on and lets it begin anew.
func (p *Pending) send(ctx context.Context, i int, out chan<- *batch.Rows) error {
	rows := p.rows[i]
	rows.Finish()
	next, size := &batch.Rows{Partition: rows.Partition}, rows.Bytes
	if err := stage.Send(ctx, out, rows); err != nil {
		return err
	}
	p.rows[i] = next
	p.bytes -= size
	return nil
}

// SendAll passes on all that there is.
func (p *Pending) SendAll(ctx context.Context, out chan<- *batch.Rows) error {
	for i, rows := range p.rows {
		if rows.Count == 0 {
			continue
		}
		if err := p.send(ctx, i, out); err != nil {
			return err
		}
	}
	return nil
}

// Release releases all rows that were not sent.
func (p *Pending) Release() {
	for _, rows := range p.rows {
		rows.Release()
	}
}
