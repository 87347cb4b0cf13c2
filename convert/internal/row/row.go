// Package row takes the rows of reports apart: a record, its ResultMessage, and the values of
// all columns that are wanted, as they go into a record batch or are counted. It holds one
// row at a time, and makes no garbage for it.
package row

import (
	"bytes"
	"slices"

	"batchreport/convert/internal/batch"
	"batchreport/convert/plan"
	"batchreport/convert/table"
	"batchreport/schema"
	"batchreport/schema/message"
)

// Options say what is wanted of rows.
type Options struct {
	Columns    []schema.Column
	Extract    []schema.Extract   // values of payloads that become columns
	Keys       schema.KeyEncoding // of the report
	RawMessage table.RawMessage
	// FailedOnly says that the rows that succeeded are not looked at.
	FailedOnly bool
	// RawKeys says that the column key has the keys as the report has them.
	RawKeys bool
	// JobNumber is that of the job among several, for rows that have it.
	JobNumber int32
}

// Row is the row at hand of a worker: the record, what its message says, and the values of
// the columns that are wanted. Record.Split and then Split make it the next row, of which
// all values are good until then.
type Row struct {
	Record  schema.Record
	Message message.Message
	Number  int64 // in its block, from 1
	// CreatedAt is the ReportCreationDate of the job.
	CreatedAt schema.Time

	options Options
	parser  *message.Parser
	texts   []textField // where the string columns are found

	jobID, reportDate, reportFile []byte

	key, keyEncoded, versionID, errorCode []byte
	resultKind, resultMessage, payload    []byte
	invalidUTF8                           []byte
	scratch                               []byte

	hasObject                   bool // whether there are ObjectID, RawKey and JobNumber
	objectKey, objectID, rawKey []byte
}

// textField says where the value of a string column is found, nil for null.
type textField struct {
	column schema.Column
	value  *[]byte
}

// New returns a row, which belongs to one worker, of a job.
func New(job *plan.Job, o Options) *Row {
	wanted := func(c schema.Column) bool { return slices.Contains(o.Columns, c) }
	parsed := func(c schema.Column) bool { return wanted(c) || c == schema.ResultJSON && len(o.Extract) > 0 }
	r := &Row{
		Record:    schema.Record{FailedOnly: o.FailedOnly},
		options:   o,
		parser:    message.NewParser(parsed),
		scratch:   []byte{}, // not nil, which would make an empty key null
		hasObject: wanted(schema.ObjectID),
	}
	if job.ID != nil {
		r.jobID = []byte(*job.ID)
	}
	if t := job.ReportCreatedAt; t != nil {
		r.CreatedAt = schema.Time{Millis: t.UnixMilli(), Valid: true}
		r.reportDate = t.AppendFormat(nil, "2006-01-02")
	}
	rec, m := &r.Record, &r.Message
	for _, f := range []textField{
		{schema.JobID, &r.jobID},
		{schema.ReportFile, &r.reportFile},
		{schema.Bucket, &rec.Bucket},
		{schema.Key, &r.key},
		{schema.KeyEncoded, &r.keyEncoded},
		{schema.VersionID, &r.versionID},
		{schema.TaskStatus, &rec.TaskStatus},
		{schema.ErrorCode, &r.errorCode},
		{schema.ResultKind, &r.resultKind},
		{schema.ResultText, &m.Text},
		{schema.ResultTemplate, &m.Template},
		{schema.ResultJSON, &m.JSON},
		{schema.ResultMessage, &r.resultMessage},
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
		{schema.ReportDate, &r.reportDate},
		{schema.InvalidUTF8, &r.invalidUTF8}, // after all that it speaks of
	} {
		if wanted(f.column) {
			r.texts = append(r.texts, f)
		}
	}
	return r
}

// SetFile says which result file the next rows are of, by its key.
func (r *Row) SetFile(key string) { r.reportFile = []byte(key) }

// Text returns where the value of a string column is found, which is nil for null. The column
// is one of Options.Columns.
func (r *Row) Text(c schema.Column) *[]byte {
	i := slices.IndexFunc(r.texts, func(f textField) bool { return f.column == c })
	return r.texts[i].value
}

// Split finds the values of the record and of its message. It is told whether all of them
// are UTF-8.
func (r *Row) Split(isUTF8 bool) {
	rec := &r.Record
	if r.key = rec.Key; !r.options.RawKeys {
		r.setKey(rec.Key)
	}
	r.versionID = unlessEmpty(rec.VersionID)
	if string(r.versionID) == `\N` {
		r.versionID = nil
	}
	r.errorCode = unlessEmpty(rec.ErrorCode)
	r.SplitMessage(rec.ResultMessage)
	r.setMessage(rec.ResultMessage, isUTF8)
	r.invalidUTF8, r.payload = nil, r.Message.JSON
	if !isUTF8 {
		r.moveInvalid()
	}
}

// Append appends the row to a batch and returns how many extracted values did not fit
// their columns.
func (r *Row) Append(out *batch.Builder) (misfits int64) {
	rec, m := &r.Record, &r.Message
	if r.payload != nil {
		misfits = out.Extract(r.payload)
	}
	for i := range r.texts {
		f := &r.texts[i]
		out.Text(f.column, *f.value)
	}
	if r.hasObject { // of any bytes, so they are none of texts
		r.setObject(rec)
		out.Text(schema.ObjectID, r.objectID)
		out.Text(schema.RawKey, r.rawKey)
		out.Int(schema.JobNumber, schema.Int{Value: r.options.JobNumber, Valid: true})
	}
	out.Time(schema.ReportCreatedAt, r.CreatedAt)
	out.Int64(schema.ReportRow, r.Number)
	out.Int(schema.HTTPStatusCode, rec.HTTPStatusCode)
	out.Int(schema.ServiceStatusCode, m.ServiceStatusCode)
	out.Int(schema.Attempts, m.Attempts)
	out.Float(schema.TimeoutSeconds, m.TimeoutSeconds)
	out.Time(schema.OccurredAt, m.OccurredAt)
	out.Time(schema.LastModified, m.LastModified)
	out.Next()
	return misfits
}

// SplitMessage splits a message as that of the row.
func (r *Row) SplitMessage(text []byte) {
	r.parse(text)
	r.resultKind = kinds[r.Message.Kind]
}

// parse splits a message as that of the row. Its template masks the key, decoded.
func (r *Row) parse(text []byte) {
	row := message.Row{Bucket: r.Record.Bucket, Key: r.key, VersionID: r.versionID}
	if !r.options.RawKeys {
		r.parser.Parse(&r.Message, text, row)
		return
	}
	row.Key = nil
	r.parser.Parse(&r.Message, text, row)
	// How the key begins is in every text that has the key.
	if bytes.Contains(r.Message.Text, schema.PlainPrefix(r.Record.Key)) {
		r.setKey(r.Record.Key)
		row.Key, r.key = r.key, r.Record.Key
		r.parser.Parse(&r.Message, text, row)
	}
}

// kinds are the names of the kinds of messages.
var kinds = func() (names [message.NumKinds][]byte) {
	for k := range names {
		names[k] = []byte(message.Kind(k).String())
	}
	return names
}()
