package convert

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"batchreport/convert/internal/batch"
	"batchreport/schema"
	"batchreport/schema/message"
)

// worker normalizes one block at a time.
type worker struct {
	*normalizer
	builder   *batch.Builder // of batches, or
	counter   *rowCounter    // where rows are counted
	parser    *message.Parser
	record    schema.Record
	message   message.Message
	rowNumber int64       // in its block, from 1
	texts     []textField // where the string columns of the current row are found

	jobID, reportDate, reportFile []byte
	createdAt                     schema.Time

	key, keyEncoded, versionID, errorCode []byte
	resultKind, resultMessage, payload    []byte
	invalidUTF8                           []byte
	scratch                               []byte

	hasObject                   bool // whether the batches have ObjectID, RawKey and JobNumber
	objectKey, objectID, rawKey []byte
}

// textField says where the value of a string column is found, nil for null.
type textField struct {
	column schema.Column
	value  *[]byte
}

// newWorker returns a function that turns blocks into batches, for one goroutine.
func (n *normalizer) newWorker() func(*block) (*rowBatch, error) {
	wanted := func(c schema.Column) bool { return slices.Contains(n.columns, c) }
	parsed := func(c schema.Column) bool { return wanted(c) || c == schema.ResultJSON && len(n.extract) > 0 }
	w := &worker{
		normalizer: n,
		record:     schema.Record{FailedOnly: n.failedOnly},
		parser:     message.NewParser(parsed),
		scratch:    []byte{}, // not nil, which would make an empty key null
		hasObject:  wanted(schema.ObjectID),
	}
	if n.job.ID != nil {
		w.jobID = []byte(*n.job.ID)
	}
	if t := n.job.ReportCreatedAt; t != nil {
		w.createdAt = schema.Time{Millis: t.UnixMilli(), Valid: true}
		w.reportDate = t.AppendFormat(nil, "2006-01-02")
	}
	r, m := &w.record, &w.message
	for _, f := range []textField{
		{schema.JobID, &w.jobID},
		{schema.ReportFile, &w.reportFile},
		{schema.Bucket, &r.Bucket},
		{schema.Key, &w.key},
		{schema.KeyEncoded, &w.keyEncoded},
		{schema.VersionID, &w.versionID},
		{schema.TaskStatus, &r.TaskStatus},
		{schema.ErrorCode, &w.errorCode},
		{schema.ResultKind, &w.resultKind},
		{schema.ResultText, &m.Text},
		{schema.ResultTemplate, &m.Template},
		{schema.ResultJSON, &m.JSON},
		{schema.ResultMessage, &w.resultMessage},
		{schema.Service, &m.Service},
		{schema.Operation, &m.Operation},
		{schema.ServiceErrorCode, &m.ServiceErrorCode},
		{schema.RequestID, &m.RequestID},
		{schema.ExtendedRequestID, &m.ExtendedRequestID},
		{schema.DeniedPrincipal, &m.DeniedPrincipal},
		{schema.DeniedAction, &m.DeniedAction},
		{schema.DeniedResource, &m.DeniedResource},
		{schema.ErrorType, &m.ErrorType},
		{schema.StackTrace, &m.StackTrace},
		{schema.LambdaRequestID, &m.LambdaRequestID},
		{schema.TaskID, &m.TaskID},
		{schema.ETag, &m.ETag},
		{schema.CopiedVersionID, &m.CopiedVersionID},
		{schema.CopySourceVersionID, &m.CopySourceVersionID},
		{schema.ChecksumAlgorithm, &m.ChecksumAlgorithm},
		{schema.ChecksumType, &m.ChecksumType},
		{schema.ChecksumBase64, &m.ChecksumBase64},
		{schema.ChecksumHex, &m.ChecksumHex},
		{schema.ReportDate, &w.reportDate},
		{schema.InvalidUTF8, &w.invalidUTF8}, // after all that it speaks of
	} {
		if wanted(f.column) {
			w.texts = append(w.texts, f)
		}
	}
	if n.counting != nil {
		w.counter = newRowCounter(w, n.counting)
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
		w.counter.finish(b)
	} else {
		b.rec = w.builder.Finish()
	}
	return b
}

// records takes a block apart. Empty lines are no records.
func (w *worker) records(b *rowBatch, block *block) {
	w.reportFile = []byte(block.file.Key)
	if w.counter != nil {
		w.counter.begin(block.file)
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
		if err := w.record.Split(record, block.order); err != nil {
			b.reject(block, rejectedRow{offset: offset, length: int64(len(record)), reason: err.Error(), raw: record})
			if w.maxRejects >= 0 && int64(len(b.rejects)) > w.maxRejects {
				return // the run ends with this block
			}
			continue
		}
		b.records++
		b.count(&w.record)
		if extent.Lone {
			b.counts.Recovered++
		}
		failed := string(w.record.TaskStatus) == "failed"
		if (!w.failedOnly || failed) && !(w.counter != nil && failed && w.counter.counted(&w.record)) {
			w.rowNumber = b.records
			w.split(allUTF8 || w.isUTF8())
			if w.counter != nil {
				w.counter.add(offset)
			} else {
				b.counts.Misfits += w.row()
			}
		}
	}
}

// reject keeps a record of block that cannot be read.
func (b *rowBatch) reject(block *block, row rejectedRow) {
	b.records++
	row.row = b.records
	if b.raw == nil {
		b.raw = make([]byte, 0, len(block.data)) // never to grow, for rows are views of it
	}
	b.raw = append(b.raw, row.raw...)
	row.raw = b.raw[len(b.raw)-len(row.raw):]
	b.rejects = append(b.rejects, row)
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

// split finds the values of the record and of its message.
func (w *worker) split(isUTF8 bool) {
	r := &w.record
	if w.key = r.Key; !w.rawKeys {
		w.setKey(r.Key)
	}
	w.versionID = unlessEmpty(r.VersionID)
	if string(w.versionID) == `\N` {
		w.versionID = nil
	}
	w.errorCode = unlessEmpty(r.ErrorCode)
	w.parse(r.ResultMessage)
	w.resultKind = kinds[w.message.Kind]
	w.setMessage(r.ResultMessage, isUTF8)
	w.invalidUTF8, w.payload = nil, w.message.JSON
	if !isUTF8 {
		w.moveInvalid()
	}
}

// row fills the columns of the record and returns how many extracted values did
// not fit theirs.
func (w *worker) row() (misfits int64) {
	r, m, out := &w.record, &w.message, w.builder
	if w.payload != nil {
		misfits = out.Extract(w.payload)
	}
	for i := range w.texts {
		f := &w.texts[i]
		out.Text(f.column, *f.value)
	}
	if w.hasObject { // of any bytes, so they are none of texts
		w.setObject(r)
		out.Text(schema.ObjectID, w.objectID)
		out.Text(schema.RawKey, w.rawKey)
		out.Int(schema.JobNumber, schema.Int{Value: w.number, Valid: true})
	}
	out.Time(schema.ReportCreatedAt, w.createdAt)
	out.Int64(schema.ReportRow, w.rowNumber)
	out.Int(schema.HTTPStatusCode, r.HTTPStatusCode)
	out.Int(schema.ServiceStatusCode, m.ServiceStatusCode)
	out.Int(schema.Attempts, m.Attempts)
	out.Float(schema.TimeoutSeconds, m.TimeoutSeconds)
	out.Time(schema.OccurredAt, m.OccurredAt)
	out.Time(schema.LastModified, m.LastModified)
	out.Next()
	return misfits
}

// parse splits the message of the row. Its template masks the key, decoded.
func (w *worker) parse(text []byte) {
	row := message.Row{Bucket: w.record.Bucket, Key: w.key, VersionID: w.versionID}
	if !w.rawKeys {
		w.parser.Parse(&w.message, text, row)
		return
	}
	row.Key = nil
	w.parser.Parse(&w.message, text, row)
	// How the key begins is in every text that has the key.
	if bytes.Contains(w.message.Text, schema.PlainPrefix(w.record.Key)) {
		w.setKey(w.record.Key)
		row.Key, w.key = w.key, w.record.Key
		w.parser.Parse(&w.message, text, row)
	}
}

// kinds are the names of the kinds of messages.
var kinds = func() (names [message.NumKinds][]byte) {
	for k := range names {
		names[k] = []byte(message.Kind(k).String())
	}
	return names
}()
