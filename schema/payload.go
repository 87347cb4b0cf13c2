package schema

import "bytes"

// A scope is the place of an object in a payload: it says what its keys mean.
type scope uint8

const (
	scopeNone      scope = iota // keys mean nothing to us
	scopeTop                    // the payload itself, or CopyObjectResult in it
	scopeMetadata               // ResponseMetadata of botocore
	scopeHeaders                // HTTPHeaders in it
	scopeLambda                 // what the Lambda service reports of a failed function
	scopeCause                  // cause in it, which nests
	scopeTrace                  // the list stackTrace
	scopeTraceLine              // a list in it, as Python 2.7 had
	scopeTask                   // the error details of a checksum task
)

// A fieldID is what a value in a payload fills.
type fieldID uint8

const (
	fieldNone fieldID = iota
	fieldETag
	fieldVersionID
	fieldCopySourceVersionID
	fieldLastModified
	fieldChecksumAlgorithm
	fieldChecksumType
	fieldChecksumBase64
	fieldChecksumHex
	fieldCRC32
	fieldCRC32C
	fieldCRC64NVME
	fieldSHA1
	fieldSHA256
	fieldRequestID
	fieldHostID
	fieldStatusCode
	fieldRetryAttempts
	fieldHeaderRequestID
	fieldHeaderHostID
	fieldHeaderCopySource
	fieldHeaderETag
	fieldHeaderDate
	fieldErrorType
	fieldLambdaRequestID
	fieldCauseMessage
	fieldErrorCode

	// Only these can be empty: an empty id or code is no value.
	fieldMessage
	fieldTrace
	fieldTraceLine
)

// payload keeps what cannot go to its column until the payload has been read
// whole: headers repeat what the response's own keys say and yield to these,
// and messages want splitting.
type payload struct {
	headerRequestID, headerHostID, headerCopySource, headerETag []byte

	message, cause []byte // errorMessage or failureMessage, errorMessage of the cause
	trace          []byte // stackTrace, lines joined
	traced         bool   // trace has a line
	lineOpen       bool   // the line of a nested list has begun
}

// lookup returns what the value of a key fills, and the scope of the value
// if it is an object or a list.
func lookup(s scope, key []byte) (fieldID, scope) {
	switch s {
	case scopeTop:
		return lookupTop(key)
	case scopeMetadata:
		return lookupMetadata(key)
	case scopeHeaders:
		return lookupHeader(key), scopeNone
	case scopeLambda:
		return lookupLambda(key)
	case scopeCause:
		return lookupCause(key)
	case scopeTask:
		return lookupTask(key), scopeNone
	}
	return fieldNone, scopeNone
}

// lookupTop knows the compute-checksum job's answer (Amazon S3 User Guide,
// "Compute checksums") and CopyObject's in boto3. boto3 has the copy's ETag,
// LastModified and checksum in CopyObjectResult, and HeadObject's beside it.
func lookupTop(key []byte) (fieldID, scope) {
	switch string(key) {
	case "CopyObjectResult":
		return fieldNone, scopeTop
	case "ResponseMetadata":
		return fieldNone, scopeMetadata
	case "HTTPHeaders":
		return fieldNone, scopeHeaders
	case "ETag", "etag":
		return fieldETag, scopeNone
	case "VersionId":
		return fieldVersionID, scopeNone
	case "CopySourceVersionId":
		return fieldCopySourceVersionID, scopeNone
	case "LastModified":
		return fieldLastModified, scopeNone
	case "checksumAlgorithm":
		return fieldChecksumAlgorithm, scopeNone
	case "checksumType", "ChecksumType":
		return fieldChecksumType, scopeNone
	case "checksum_base64":
		return fieldChecksumBase64, scopeNone
	case "checksum_hex":
		return fieldChecksumHex, scopeNone
	case "ChecksumCRC32":
		return fieldCRC32, scopeNone
	case "ChecksumCRC32C":
		return fieldCRC32C, scopeNone
	case "ChecksumCRC64NVME":
		return fieldCRC64NVME, scopeNone
	case "ChecksumSHA1":
		return fieldSHA1, scopeNone
	case "ChecksumSHA256":
		return fieldSHA256, scopeNone
	}
	return lookupMetadata(key)
}

// lookupMetadata knows ResponseMetadata as botocore fills it.
func lookupMetadata(key []byte) (fieldID, scope) {
	switch string(key) {
	case "RequestId":
		return fieldRequestID, scopeNone
	case "HostId":
		return fieldHostID, scopeNone
	case "HTTPStatusCode":
		return fieldStatusCode, scopeNone
	case "RetryAttempts":
		return fieldRetryAttempts, scopeNone
	case "HTTPHeaders":
		return fieldNone, scopeHeaders
	case "x-amz-request-id":
		return fieldHeaderRequestID, scopeNone
	case "x-amz-id-2":
		return fieldHeaderHostID, scopeNone
	case "x-amz-copy-source-version-id":
		return fieldHeaderCopySource, scopeNone
	}
	return fieldNone, scopeNone
}

// lookupHeader knows the response headers of S3; RFC 9110 has their names in
// any case.
func lookupHeader(key []byte) fieldID {
	switch {
	case equalFold(key, "x-amz-request-id"):
		return fieldHeaderRequestID
	case equalFold(key, "x-amz-id-2"):
		return fieldHeaderHostID
	case equalFold(key, "x-amz-copy-source-version-id"):
		return fieldHeaderCopySource
	case equalFold(key, "etag"):
		return fieldHeaderETag
	case equalFold(key, "date"):
		return fieldHeaderDate
	}
	return fieldNone
}

// lookupLambda knows the error object of the Lambda runtimes (AWS Lambda
// Developer Guide, "function errors"): Node.js has trace where others have
// stackTrace, Java has cause.
func lookupLambda(key []byte) (fieldID, scope) {
	switch string(key) {
	case "errorMessage":
		return fieldMessage, scopeNone
	case "errorType":
		return fieldErrorType, scopeNone
	case "stackTrace", "trace":
		return fieldTrace, scopeTrace
	case "requestId":
		return fieldLambdaRequestID, scopeNone
	case "cause":
		return fieldNone, scopeCause
	}
	return fieldNone, scopeNone
}

func lookupCause(key []byte) (fieldID, scope) {
	switch string(key) {
	case "errorMessage":
		return fieldCauseMessage, scopeNone
	case "cause":
		return fieldNone, scopeCause
	}
	return fieldNone, scopeNone
}

func lookupTask(key []byte) fieldID {
	switch string(key) {
	case "failureMessage":
		return fieldMessage
	case "errorCode":
		return fieldErrorCode
	}
	return fieldNone
}

// element returns what the elements of a list in that scope fill.
func element(s scope) (fieldID, scope) {
	switch s {
	case scopeTrace:
		return fieldTrace, scopeTraceLine
	case scopeTraceLine:
		return fieldTraceLine, scopeNone
	}
	return fieldNone, scopeNone
}

// fillText puts a string into its column. The last of equal keys wins, as in
// encoding/json.
func (p *MessageParser) fillText(f fieldID, s []byte) {
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
		m.CopiedVersionID = s
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
	case fieldCRC32, fieldCRC32C, fieldCRC64NVME, fieldSHA1, fieldSHA256:
		m.ChecksumAlgorithm, m.ChecksumBase64 = algorithms[f-fieldCRC32], s
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
		p.fillNumber(f, s)
	}
}

// algorithms names the checksums of boto3 as the checksum job does.
var algorithms = [...][]byte{[]byte("CRC32"), []byte("CRC32C"), []byte("CRC64NVME"), []byte("SHA1"), []byte("SHA256")}

// fillNumber puts a number, as written, into its column.
func (p *MessageParser) fillNumber(f fieldID, s []byte) {
	switch f {
	case fieldStatusCode:
		if n := parseInt(s); n.Valid {
			p.m.ServiceStatusCode = n
		}
	case fieldRetryAttempts:
		if n := attemptsAfter(parseInt(s)); n.Valid {
			p.m.Attempts = n
		}
	case fieldTraceLine:
		p.payload.traceItem(s)
	case fieldErrorCode:
		p.taskCode(s)
	}
}

// finish fills from the headers what the payload's own keys left null.
func (p *MessageParser) finish() {
	m, l := p.m, &p.payload
	setNull(&m.RequestID, l.headerRequestID)
	setNull(&m.ExtendedRequestID, l.headerHostID)
	setNull(&m.CopySourceVersionID, l.headerCopySource)
	setNull(&m.ETag, trimQuotes(l.headerETag))
	if l.traced {
		m.StackTrace = l.trace
	}
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
		trace = nil
	}
	*l = payload{trace: trace}
}

// opened notes that an object or list of that scope begins.
func (l *payload) opened(s scope) {
	switch s {
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

// traceItem adds file, line number, function or source of an entry that is a
// list, ["f.py", 12, "handler", "raise E"], as Python 2.7 wrote them.
func (l *payload) traceItem(s []byte) {
	if l.lineOpen {
		l.trace = append(l.trace, ", "...)
		l.trace = append(l.trace, s...)
		return
	}
	l.traceLine(s)
	l.lineOpen = true
}
