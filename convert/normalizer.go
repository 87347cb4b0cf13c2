package convert

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/count"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/stage"
	"batchreport/convert/internal/tally"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
)

// rowBatch is the rows of a block as a record batch, or what was counted of them, and
// those that could not be read. Whoever receives it owns it and gives it back with Release.
type rowBatch struct {
	file    *plan.File
	rec     arrow.Record // without rows where all were rejected; nil where they are counted
	before  int64        // how many records the file has before the block
	records int64        // in the block, with the rejected ones and those that are not in rec
	rejects []rejectedRow
	raw     []byte // the bytes of all rejects
	counts  ledger.Totals
	codes   codeRows
	counted count.Block
}

// Release releases the record batch.
func (b *rowBatch) Release() {
	if b.rec != nil {
		b.rec.Release()
	}
}

// rejectedRow is a record that could not be read. A file that is no report has
// one for each of its lines, so it is small; see RowError for its fields.
type rejectedRow struct {
	row, offset, length int64
	reason              string
	raw                 []byte // the record, or the first bytes of one above the limit
}

// err returns why a row of file could not be read.
func (r *rejectedRow) err(file *plan.File) *ledger.RowError {
	return &ledger.RowError{Object: file.Name, Row: r.row, Offset: r.offset, Length: r.length, Reason: r.reason}
}

// normalizer parses the records of blocks on several workers, splits
// ResultMessage, and fills Arrow record batches. It gives rows their numbers
// when the blocks are in order again.
type normalizer struct {
	mem        memory.Allocator
	job        *plan.Job
	files      []plan.File // of the task
	columns    []schema.Column
	extract    []schema.Extract
	keys       schema.KeyEncoding
	rawMessage table.RawMessage
	failedOnly bool // see pipeline
	rawKeys    bool // see pipeline
	counting   *count.Options
	number     int32 // of the job among several
	workers    int
	maxRejects int64

	inputs []ledger.Input // by file, as in files
	totals ledger.Totals
	codes  *tally.Table[struct{}] // rows by error_code
	// otherCodes counts the rows whose error_code is none that codes could have.
	otherCodes int64
	// lastReject is the last row that could not be read; nil if there was none.
	lastReject *ledger.RowError
}

// Run sends a batch for every block, in the order of the blocks.
func (n *normalizer) Run(ctx context.Context, in <-chan *reading.Block, out chan<- *rowBatch) error {
	defer close(out)
	for _, f := range n.files {
		n.inputs = append(n.inputs, ledger.Input{Key: f.Key, Size: f.Size, MD5: f.MD5})
	}
	n.codes = tally.New[struct{}](codeLimits)
	inputs := map[*plan.File]*ledger.Input{}
	for i := range n.files {
		inputs[&n.files[i]] = &n.inputs[i]
	}
	// With one less waiting, two workers take 2 to 4 % longer.
	return stage.InOrder(ctx, n.workers, n.workers, in, n.newWorker, func(ctx context.Context, b *rowBatch) error {
		if err := n.count(b, inputs[b.file]); err != nil {
			b.Release()
			return err
		}
		if err := stage.Send(ctx, out, b); err != nil {
			b.Release()
			return err
		}
		return nil
	})
}

// count numbers the rows of the next batch of a file and adds it to the totals.
func (n *normalizer) count(b *rowBatch, input *ledger.Input) error {
	b.before = input.Rows + input.Rejected
	if b.rec != nil {
		numberRows(b.rec, b.before)
	}
	for i := range b.rejects {
		b.rejects[i].row += b.before
	}
	input.Rows += b.counts.RowsOut
	input.Rejected += int64(len(b.rejects))
	n.totals.Add(b.counts)
	n.countCodes(&b.codes)
	if len(b.rejects) > 0 {
		n.lastReject = b.rejects[len(b.rejects)-1].err(b.file)
	}
	if over := n.totals.Rejected - n.maxRejects; n.maxRejects >= 0 && over > 0 {
		return errRejects(n.maxRejects, b.rejects[int64(len(b.rejects))-over].err(b.file))
	}
	return nil
}

// errRejects is the error of a row that is one too many.
func errRejects(allowed int64, row *ledger.RowError) error {
	if allowed == 0 {
		return row
	}
	return fmt.Errorf("more than %d rows cannot be read: %w", allowed, row)
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
