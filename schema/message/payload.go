package message

import (
	"bytes"

	"batchreport/schema"
)

// payload keeps what cannot go to its column until the payload has been read
// whole: headers repeat what the response's own keys say and yield to these,
// messages want splitting, and some keys mean something only beside others.
type payload struct {
	answerFields
	errorFields

	trace    []byte // stackTrace, lines joined
	traced   bool   // trace has a line
	lineOpen bool   // the line of a nested list has begun
}

// answerFields are those of most payloads.
type answerFields struct {
	headerRequestID, headerHostID, headerCopySource, headerETag []byte

	version  []byte // VersionId, which a copy has made if copied
	copied   bool   // there is a CopyObjectResult
	answered bool   // there is ResponseMetadata or $metadata

	message, cause []byte // errorMessage or failureMessage, errorMessage of the cause
}

// fillText puts a string into its column. The last of equal keys wins, as in
// encoding/json.
func (p *Parser) fillText(f fieldID, s []byte) {
	m, l := p.m, &p.payload
	if len(s) == 0 && f < fieldMessage {
		return
	}
	switch f {
	case fieldMessage:
		l.message = s
	case fieldTrace:
		l.traceLine(s)
	case fieldTraceLine:
		l.traceItem(s)
	case fieldETag:
		m.ETag = id(trimQuotes(s))
	case fieldVersionID:
		l.version = s
	case fieldCopySourceVersionID:
		m.CopySourceVersionID = s
	case fieldLastModified:
		m.LastModified = parseTime(s)
	case fieldChecksumAlgorithm:
		m.ChecksumAlgorithm = p.idOf(s)
	case fieldChecksumType:
		m.ChecksumType = p.idOf(s)
	case fieldChecksumBase64:
		m.ChecksumBase64 = id(s)
	case fieldChecksumHex:
		m.ChecksumHex = p.idOf(s)
	case fieldRequestID:
		m.RequestID = p.idOf(s)
	case fieldHostID:
		m.ExtendedRequestID = p.idOf(s)
	case fieldHeaderRequestID:
		l.headerRequestID = s
	case fieldHeaderHostID:
		l.headerHostID = s
	case fieldHeaderCopySource:
		l.headerCopySource = s
	case fieldHeaderETag:
		l.headerETag = s
	case fieldHeaderDate:
		m.OccurredAt = parseTime(s)
	case fieldErrorType:
		m.ErrorType = s
	case fieldLambdaRequestID:
		m.LambdaRequestID = p.idOf(s)
	case fieldCauseMessage:
		l.cause = s
	case fieldErrorCode:
		p.taskCode(s)
	default:
		if fieldCRC32 <= f && f < fieldCRC32+fieldID(len(algorithms)) {
			m.ChecksumAlgorithm, m.ChecksumBase64 = algorithms[f-fieldCRC32], id(s)
			return
		}
		if !l.fillError(f, s) {
			p.fillNumber(f, s)
		}
	}
}

// fillNumber puts a number, as written, into its column.
func (p *Parser) fillNumber(f fieldID, s []byte) {
	switch f {
	case fieldStatusCode:
		setInt(&p.m.ServiceStatusCode, parseInt(s))
	case fieldRetryAttempts:
		setInt(&p.m.Attempts, attemptsAfter(parseInt(s)))
	case fieldAttempts:
		setInt(&p.m.Attempts, parseInt(s))
	case fieldMaybeStatus:
		p.payload.used = true
		setInt(&p.payload.status, parseInt(s))
	case fieldOfJavaScript2:
		p.payload.used, p.payload.ofJavaScript2 = true, true
	case fieldTraceLine:
		p.payload.traceItem(s)
	case fieldErrorCode:
		p.taskCode(s)
	}
}

// setInt sets a column to what is a number.
func setInt(column *schema.Int, n schema.Int) {
	if n.Valid {
		*column = n
	}
}

// finish fills what follows from the payload as a whole.
func (p *Parser) finish() {
	m, l := p.m, &p.payload
	if l.used {
		l.finishError(m, l.answered)
	}
	if m.RequestID == nil && l.headerRequestID != nil {
		m.RequestID = id(l.headerRequestID)
	}
	if m.ExtendedRequestID == nil && l.headerHostID != nil {
		m.ExtendedRequestID = id(l.headerHostID)
	}
	setNull(&m.CopySourceVersionID, l.headerCopySource)
	if m.ETag == nil && l.headerETag != nil {
		m.ETag = id(trimQuotes(l.headerETag))
	}
	if l.copied || m.CopySourceVersionID != nil {
		m.CopiedVersionID = l.version
	}
	if l.traced {
		m.StackTrace = l.trace
	}
}

// idOf is id for the value that the walker has just read.
func (p *Parser) idOf(s []byte) []byte {
	if p.walk.clean {
		return s
	}
	return id(s)
}

// setNull sets a column that is still null.
func setNull(column *[]byte, value []byte) {
	if *column == nil {
		*column = value
	}
}

// trimQuotes returns an entity tag without the quotes that RFC 9110 has
// around it.
func trimQuotes(tag []byte) []byte {
	if n := len(tag); n >= 2 && tag[0] == '"' && tag[n-1] == '"' {
		return tag[1 : n-1]
	}
	return tag
}

// reset forgets the payload before but keeps its memory.
func (l *payload) reset() {
	l.answerFields = answerFields{}
	if l.used {
		l.errorFields = errorFields{}
	}
	if l.trace = l.trace[:0]; cap(l.trace) > maxScratch {
		l.trace = []byte{}
	}
	l.traced, l.lineOpen = false, false
}

// opened notes that an object or list of that scope begins.
func (l *payload) opened(s scope) {
	switch s {
	case scopeCopy:
		l.copied = true
	case scopeMetadata:
		l.answered = true
	case scopeTrace:
		l.trace, l.traced = l.trace[:0], false
	case scopeTraceLine:
		l.lineOpen = false
	}
}

// traceLine adds an entry of stackTrace. Python's entries end in a line feed
// of their own, others do not: each is made to end in one, the last in none.
func (l *payload) traceLine(s []byte) {
	if l.traced {
		l.trace = append(l.trace, '\n')
	}
	l.trace = append(l.trace, bytes.TrimSuffix(s, []byte("\n"))...)
	l.traced = true
}

// traceItem adds file, line number, function or source of an entry that is a list,
// ["f.py", 12, "handler", "raise E"], as Python 2.7 wrote them, or an object,
// {"path": "main.go", "line": 12, "label": "handler"}, as Go does.
func (l *payload) traceItem(s []byte) {
	if l.lineOpen {
		l.trace = append(l.trace, ", "...)
		l.trace = append(l.trace, s...)
		return
	}
	l.traceLine(s)
	l.lineOpen = true
}
