package convert

import (
	"bytes"
	"unicode/utf8"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/count"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/row"
	"batchreport/schema"
)

// worker normalizes one block at a time.
type worker struct {
	*normalizer
	row     *row.Row
	builder *batch.Builder // of batches, or
	counter *count.Counter // where rows are counted
}

// newWorker returns a function that turns blocks into batches, for one goroutine.
func (n *normalizer) newWorker() func(*reading.Block) (*rowBatch, error) {
	w := &worker{normalizer: n, row: row.New(n.job, row.Options{
		Columns: n.columns, Extract: n.extract, Keys: n.keys, RawMessage: n.rawMessage,
		FailedOnly: n.failedOnly, RawKeys: n.rawKeys, JobNumber: n.number,
	})}
	if n.counting != nil {
		w.counter = count.NewCounter(w.row, n.counting)
	} else {
		w.builder = batch.NewBuilder(n.mem, n.columns, n.extract...)
	}
	return func(block *reading.Block) (*rowBatch, error) {
		defer block.Release()
		return w.normalize(block), nil
	}
}

func (w *worker) normalize(block *reading.Block) *rowBatch {
	b := &rowBatch{file: block.File}
	if block.Reject != "" {
		b.reject(block, rejectedRow{offset: block.Offset, length: block.Length, reason: block.Reject, raw: block.Data})
	} else {
		w.records(b, block)
	}
	b.counts.RowsIn = b.records
	b.counts.Rejected = int64(len(b.rejects))
	b.counts.RowsOut = b.counts.Succeeded + b.counts.Failed
	if w.counter != nil {
		b.counted = w.counter.Finish()
	} else {
		b.rec = w.builder.Finish()
	}
	return b
}

// records takes a block apart. Empty lines are no records.
func (w *worker) records(b *rowBatch, block *reading.Block) {
	r := w.row
	r.SetFile(block.File.Key)
	if w.counter != nil {
		w.counter.Begin(block.File.Key)
	}
	// Where few rows are looked at, it is asked of each.
	allUTF8 := !w.failedOnly && utf8.Valid(block.Data)
	for start, extent := range block.Records() {
		record := block.Data[start:extent.End]
		offset := block.Offset + int64(start)
		if len(record) <= len("\r\n") && len(bytes.Trim(record, "\r\n")) == 0 {
			continue
		}
		if err := r.Record.Split(record, block.Order); err != nil {
			b.reject(block, rejectedRow{offset: offset, length: int64(len(record)), reason: err.Error(), raw: record})
			if w.maxRejects >= 0 && int64(len(b.rejects)) > w.maxRejects {
				return // the run ends with this block
			}
			continue
		}
		b.records++
		b.count(&r.Record)
		if extent.Lone {
			b.counts.Recovered++
		}
		failed := string(r.Record.TaskStatus) == "failed"
		if (!w.failedOnly || failed) && !(w.counter != nil && failed && w.counter.Counted()) {
			r.Number = b.records
			r.Split(allUTF8 || r.IsUTF8())
			if w.counter != nil {
				w.counter.Add(offset)
			} else {
				b.counts.Misfits += r.Append(w.builder)
			}
		}
	}
}

// reject keeps a record of block that cannot be read.
func (b *rowBatch) reject(block *reading.Block, r rejectedRow) {
	b.records++
	r.row = b.records
	if b.raw == nil {
		b.raw = make([]byte, 0, len(block.Data)) // never to grow, for rows are views of it
	}
	b.raw = append(b.raw, r.raw...)
	r.raw = b.raw[len(b.raw)-len(r.raw):]
	b.rejects = append(b.rejects, r)
}

// count counts a row by its TaskStatus and its ErrorCode.
func (b *rowBatch) count(r *schema.Record) {
	if string(r.TaskStatus) == "failed" {
		b.counts.Failed++
	} else {
		b.counts.Succeeded++
	}
	if b.file.Status != "" && b.file.Status != string(r.TaskStatus) {
		b.counts.Contradicting++
	}
	if len(r.ErrorCode) > 0 {
		b.codes.add(r.ErrorCode)
	}
}
