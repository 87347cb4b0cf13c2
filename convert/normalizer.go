package convert

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// batch is the rows of a block as a record batch, and those that could not be
// read. Whoever receives it owns it and gives it back with Release.
type batch struct {
	file    *File
	rec     arrow.Record // without rows where all were rejected
	records int64        // in the block, with the rejected ones
	rejects []rejectedRow
	counts  Totals
}

// Release releases the record batch.
func (b *batch) Release() { b.rec.Release() }

// rejectedRow is a record that could not be read.
type rejectedRow struct {
	RowError
	raw []byte // the record, or the first bytes of a very long one
}

// normalizer parses the records of blocks on several workers, splits
// ResultMessage, and fills Arrow record batches. It gives rows their numbers
// when the blocks are in order again.
type normalizer struct {
	mem        memory.Allocator
	job        *Job
	files      []File // of the task
	columns    []schema.Column
	extract    []schema.Extract
	keys       schema.KeyEncoding
	rawMessage string
	workers    int
	maxRejects int64

	inputs []Input // by file, as in files
	totals Totals
}

// Run sends a batch for every block, in the order of the blocks.
func (n *normalizer) Run(ctx context.Context, in <-chan *rows, out chan<- *batch) error {
	defer close(out)
	for _, f := range n.files {
		n.inputs = append(n.inputs, Input{Key: f.Key, Size: f.Size, MD5: f.MD5})
	}
	at := 0
	return inOrder(ctx, n.workers, in, n.newWorker, func(ctx context.Context, b *batch) error {
		for b.file != &n.files[at] {
			at++
		}
		if err := n.count(b, &n.inputs[at]); err != nil {
			b.Release()
			return err
		}
		if err := send(ctx, out, b); err != nil {
			b.Release()
			return err
		}
		return nil
	})
}

// count numbers the rows of the next batch of a file and adds it to the totals.
func (n *normalizer) count(b *batch, input *Input) error {
	before := input.Rows + input.Rejected
	numberRows(b.rec, before)
	for i := range b.rejects {
		b.rejects[i].Row += before
	}
	input.Rows += b.rec.NumRows()
	input.Rejected += int64(len(b.rejects))
	n.totals.Add(b.counts)
	if n.maxRejects >= 0 && n.totals.Rejected > n.maxRejects {
		over := n.totals.Rejected - n.maxRejects
		err := &b.rejects[int64(len(b.rejects))-over].RowError
		if n.maxRejects > 0 {
			return fmt.Errorf("more than %d rows cannot be read: %w", n.maxRejects, err)
		}
		return err
	}
	return nil
}

// numberRows adds the number of records before a batch to its row numbers.
func numberRows(rec arrow.Record, before int64) {
	for _, i := range rec.Schema().FieldIndices(schema.ReportRow.String()) {
		numbers := rec.Column(i).(*array.Int64).Int64Values()
		for row := range numbers {
			numbers[row] += before
		}
	}
}
