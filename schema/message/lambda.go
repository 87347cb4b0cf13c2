package message

import (
	"bytes"

	"batchreport/schema"
	"batchreport/schema/internal/scan"
)

const (
	lambdaPrefix = "Lambda returned function error: "
	taskPrefix   = "error details: "
)

// lambdaError takes what S3 reports of a failed Lambda function: the prefix and the
// error object of the Lambda service, or the JSON string that it may be instead.
func (p *Parser) lambdaError(msg []byte) bool {
	object := msg[len(lambdaPrefix):]
	whole := p.walk.json(object, scopeLambda) && len(p.walk.notFinite) == 0
	message, cause := p.payload.message, p.payload.cause
	if whole && object[skipSpace(object, 0)] == '"' {
		if message, _ = p.walk.quoted(object); opensLiteral(message) && p.walk.json(message, scopeLambda) && p.payload.message != nil {
			message, cause = p.payload.message, p.payload.cause // the error object, in quotes
		}
	}
	text := p.lambdaText(message)
	if cause != nil {
		// Java wraps: the cause may be the SDK's error. It is no text of ours.
		p.errorText(cause)
		p.denied(text)
		p.denied(cause)
	}
	p.classCode(object)
	p.complete(KindLambdaError, whole, msg, object, text)
	return true
}

// classCode takes the error's class for the service's code where an SDK names its classes
// after codes: Ruby's, Function<Aws::S3::Errors::NoSuchKey>, and JavaScript's, NoSuchKey.
func (p *Parser) classCode(object []byte) {
	m := p.m
	if m.ServiceErrorCode != nil || m.ErrorType == nil {
		return
	}
	f := &p.found
	*f = finding{}
	if at := bytes.Index(m.ErrorType, []byte("::Errors::")); at >= 0 && f.ruby(m.ErrorType, at) {
		setNull(&m.Service, f.service)
		m.ServiceErrorCode = f.code
	}
	if isCode(m.ErrorType) && !isErrorName(m.ErrorType) && isJavaScript(object) {
		m.ServiceErrorCode = m.ErrorType
	}
}

// taskError takes what S3 reports of a task that found an error by itself, as
// the compute-checksum job does.
func (p *Parser) taskError(msg []byte) bool {
	details := msg[len(taskPrefix):]
	whole := p.walk.json(details, scopeTask) && len(p.walk.notFinite) == 0
	text := p.taskText(p.payload.message)
	p.complete(KindTaskError, whole, msg, details, text)
	return true
}

// complete sets the kind of a message that has a prefix before its JSON. One
// that was cut in the middle is text; the columns read so far stay.
func (p *Parser) complete(kind Kind, whole bool, msg, object, text []byte) {
	if !whole {
		p.m.Kind, p.m.Text = KindText, msg
		return
	}
	p.m.Kind, p.m.Text, p.m.JSON = kind, text, object
}

// lambdaText takes off an errorMessage, and puts into columns, what Lambda and
// the AWS libraries wrote around the sentence for people:
//
//	2019-04-05T17:35:21.155Z 2845ca0d-… Task timed out after 3.00 seconds
//	RequestId: 2845ca0d-… Error: Task timed out after 1.00 seconds
//	An error occurred (404) when calling the HeadObject operation: Not Found
func (p *Parser) lambdaText(text []byte) []byte {
	m := p.m
	if t, n := scan.ISO(text); n > 0 && n < len(text) && text[n] == ' ' {
		if id, rest, ok := cutID(text[n+1:]); ok {
			m.OccurredAt = timeOf(t)
			setNull(&m.LambdaRequestID, id)
			text = rest
		}
	} else if rest, ok := bytes.CutPrefix(text, []byte("RequestId: ")); ok {
		if id, rest, ok := cutID(rest); ok {
			setNull(&m.LambdaRequestID, id)
			text = bytes.TrimPrefix(rest, []byte("Error: "))
		}
	}
	if rest, ok := bytes.CutPrefix(text, []byte("Task timed out after ")); ok {
		if seconds, ok := bytes.CutSuffix(rest, []byte(" seconds")); ok {
			if m.TimeoutSeconds = parseFloat(seconds); m.TimeoutSeconds.Valid {
				return text
			}
		}
	}
	if text == nil || string(text) == "null" {
		return text
	}
	if kind, inner := p.errorText(text); kind != KindText {
		return inner
	}
	if inner, ok := p.nested(text); ok {
		return inner
	}
	if p.embedded(text) {
		return p.m.Text
	}
	return text
}

// nested takes a text in a payload that is a payload itself, an error of an SDK as JSON
// for example, fills the columns that are null, and returns its sentence.
func (p *Parser) nested(text []byte) (sentence []byte, ok bool) {
	if p.isInner || !opensLiteral(text) && !bytes.HasPrefix(text, []byte(lambdaPrefix)) {
		return nil, false
	}
	if p.inner == nil {
		p.inner = NewParser(func(c schema.Column) bool { return c != schema.ResultTemplate })
		p.inner.isInner = true
	}
	within := &p.within
	p.inner.Parse(within, text, Row{})
	if within.Text == nil || within.Kind == KindText {
		return nil, false
	}
	p.m.add(within)
	return within.Text, true
}

// embedded takes an error payload that stands in a sentence, as in "failed: {'Error': …}".
func (p *Parser) embedded(text []byte) bool {
	if p.isInner || bytes.IndexByte(text, '{') < 0 || !bytes.Contains(text, []byte("ResponseMetadata")) && !bytes.Contains(text, []byte("$metadata")) {
		return false
	}
	from, to := bytes.IndexByte(text, '{'), bytes.LastIndexByte(text, '}')
	if to < from {
		return false
	}
	sentence, ok := p.nested(text[from : to+1])
	if ok {
		p.m.Text = sentence
	}
	return ok
}

// add fills columns that are null with what an error within says.
func (m *Message) add(within *Message) {
	for _, c := range [...]struct{ to, from *[]byte }{
		{&m.Service, &within.Service},
		{&m.Operation, &within.Operation},
		{&m.ServiceErrorCode, &within.ServiceErrorCode},
		{&m.RequestID, &within.RequestID},
		{&m.ExtendedRequestID, &within.ExtendedRequestID},
		{&m.DeniedPrincipal, &within.DeniedPrincipal},
		{&m.DeniedAction, &within.DeniedAction},
		{&m.DeniedResource, &within.DeniedResource},
		{&m.ErrorType, &within.ErrorType},
		{&m.StackTrace, &within.StackTrace},
		{&m.LambdaRequestID, &within.LambdaRequestID},
	} {
		setNull(c.to, *c.from)
	}
	if !m.ServiceStatusCode.Valid {
		m.ServiceStatusCode = within.ServiceStatusCode
	}
	if !m.Attempts.Valid {
		m.Attempts = within.Attempts
	}
	if !m.OccurredAt.Valid {
		m.OccurredAt = within.OccurredAt
	}
}

// cutID cuts a UUID and a blank off the start of text.
func cutID(text []byte) (id, rest []byte, ok bool) {
	n := uuidLength(text)
	if n == 0 || n == len(text) || text[n] != ' ' {
		return nil, nil, false
	}
	return text[:n], text[n+1:], true
}

// taskText takes "Task <id> " off a failureMessage. Errors within it, of an SDK
// say, stay in the text and fill the columns that errorCode left null.
func (p *Parser) taskText(text []byte) []byte {
	if rest, ok := bytes.CutPrefix(text, []byte("Task ")); ok {
		if id, rest, ok := bytes.Cut(rest, []byte(" ")); ok && isTaskID(id) {
			p.m.TaskID, text = id, rest
		}
	}
	p.errorText(text)
	return text
}

// isTaskID tells an id, which is a UUID here and base64 elsewhere in S3 Batch
// Operations, from the word that follows in "Task failed due to …".
func isTaskID(b []byte) bool {
	return bytes.ContainsAny(b, "0123456789") || len(b) >= 16
}

// taskCode fills the status from errorCode, "404", or the error code from what
// is no number.
func (p *Parser) taskCode(code []byte) {
	if n := parseInt(code); n.Valid {
		p.m.ServiceStatusCode = n
	} else {
		p.m.ServiceErrorCode = id(code)
	}
}

// uuidLength returns 36 where b starts with a UUID, else 0.
func uuidLength(b []byte) int {
	const layout = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(b) < len(layout) || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return 0
	}
	digits := 0
	for _, c := range b[:len(layout)] {
		digits += int(hexDigit[c])
	}
	if digits != len(layout)-len("----") {
		return 0
	}
	return len(layout)
}

// hexDigit has 1 for the digits of base 16. Whether the next is one of the first
// ten or of the others nobody can predict, so there must be no branch for it.
var hexDigit = func() (t [256]uint8) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		t[c] = 1
	}
	return t
}()

func isHex(c byte) bool { return hexDigit[c] == 1 }
