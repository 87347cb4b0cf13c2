package message

import (
	"bytes"

	"batchreport/schema"
)

// payload keeps what cannot go to its column until the payload has been read
// whole: headers repeat what the response's own keys say and yield to these,
// messages want splitting, and some keys mean something only beside others.
type payload struct {
	headerRequestID, headerHostID, headerCopySource, headerETag []byte

	version []byte // VersionId, which a copy has made if copied
	copied  bool   // there is a CopyObjectResult

	message, cause []byte // errorMessage or failureMessage, errorMessage of the cause
	trace          []byte // stackTrace, lines joined
	traced         bool   // trace has a line
	lineOpen       bool   // the line of a nested list has begun

	errorFields
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
		m.ETag = trimQuotes(s)
	case fieldVersionID:
		l.version = s
	case fieldCopySourceVersionID:
		m.CopySourceVersionID = s
	case fieldLastModified:
		m.LastModified = parseTime(s)
	case fieldChecksumAlgorithm:
		m.ChecksumAlgorithm = s
	case fieldChecksumType:
		m.ChecksumType = s
	case fieldChecksumBase64:
		m.ChecksumBase64 = s
	case fieldChecksumHex:
		m.ChecksumHex = s
	case fieldRequestID:
		m.RequestID = s
	case fieldHostID:
		m.ExtendedRequestID = s
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
		m.LambdaRequestID = s
	case fieldCauseMessage:
		l.cause = s
	case fieldErrorCode:
		p.taskCode(s)
	default:
		if fieldCRC32 <= f && f < fieldCRC32+fieldID(len(algorithms)) {
			m.ChecksumAlgorithm, m.ChecksumBase64 = algorithms[f-fieldCRC32], s
			return
		}
		if !l.fillError(f, s) {
			p.fillNumber(f, s)
		}
	}
}

// fillNumber puts a number, as written, into its column.
func (p *Parser) fillNumber(f fieldID, s []byte) {
	set := func(column *schema.Int, n schema.Int) {
		if n.Valid {
			*column = n
		}
	}
	switch f {
	case fieldStatusCode:
		set(&p.m.ServiceStatusCode, parseInt(s))
	case fieldRetryAttempts:
		set(&p.m.Attempts, attemptsAfter(parseInt(s)))
	case fieldAttempts:
		set(&p.m.Attempts, parseInt(s))
	case fieldMaybeStatus:
		set(&p.payload.status, parseInt(s))
	case fieldOfJavaScript2:
		p.payload.ofJavaScript2 = true
	case fieldTraceLine:
		p.payload.traceItem(s)
	case fieldErrorCode:
		p.taskCode(s)
	}
}

// finish fills what follows from the payload as a whole.
func (p *Parser) finish() {
	m, l := p.m, &p.payload
	l.finishError(m)
	setNull(&m.RequestID, l.headerRequestID)
	setNull(&m.ExtendedRequestID, l.headerHostID)
	setNull(&m.CopySourceVersionID, l.headerCopySource)
	setNull(&m.ETag, trimQuotes(l.headerETag))
	if l.copied || m.CopySourceVersionID != nil {
		m.CopiedVersionID = l.version
	}
	if l.traced {
		m.StackTrace = l.trace
	}
	m.dropOdd()
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
	trace := l.trace[:0]
	if cap(trace) > maxScratch {
		trace = []byte{}
	}
	*l = payload{trace: trace}
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
