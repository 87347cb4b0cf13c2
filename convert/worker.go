package convert

import (
	"bytes"
	"unicode/utf8"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/count"
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
func (n *normalizer) newWorker() func(*block) (*rowBatch, error) {
	w := &worker{normalizer: n, row: row.New(n.job, row.Options{
		Columns: n.columns, Extract: n.extract, Keys: n.keys, RawMessage: n.rawMessage,
		FailedOnly: n.failedOnly, RawKeys: n.rawKeys, JobNumber: n.number,
	})}
	if n.counting != nil {
		w.counter = count.NewCounter(w.row, n.counting)
	} else {
		w.builder = batch.NewBuilder(n.mem, n.columns, n.extract...)
	}
	return func(block *block) (*rowBatch, error) {
		defer block.Release()
		return w.normalize(block), nil
	}
}

func (w *worker) normalize(block *block) *rowBatch {
	b := &rowBatch{file: block.file}
	if block.reject != "" {
		b.reject(block, rejectedRow{offset: block.offset, length: block.length, reason: block.reject, raw: block.data})
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
func (w *worker) records(b *rowBatch, block *block) {
	r := w.row
	r.SetFile(block.file.Key)
	if w.counter != nil {
		w.counter.Begin(block.file.Key)
	}
	// Where few rows are looked at, it is asked of each.
	allUTF8 := !w.failedOnly && utf8.Valid(block.data)
	start := 0
	for i := 0; start < len(block.data); i++ {
		extent := block.record(i, start)
		record := block.data[start:extent.End]
		offset := block.offset + int64(start)
		start = extent.End
		if len(record) <= len("\r\n") && len(bytes.Trim(record, "\r\n")) == 0 {
			continue
		}
		if err := r.Record.Split(record, block.order); err != nil {
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
func (b *rowBatch) reject(block *block, r rejectedRow) {
	b.records++
	r.row = b.records
	if b.raw == nil {
		b.raw = make([]byte, 0, len(block.data)) // never to grow, for rows are views of it
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
