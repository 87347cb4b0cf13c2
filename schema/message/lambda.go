package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

const (
	lambdaPrefix = "Lambda returned function error: "
	taskPrefix   = "error details: "
)

// lambdaError takes what S3 reports of a failed Lambda function: the prefix and
// the error object of the Lambda service.
func (p *Parser) lambdaError(msg, object []byte) {
	whole := p.walk.json(object, scopeLambda)
	text := p.lambdaText(p.payload.message)
	if cause := p.payload.cause; cause != nil {
		// Java wraps: the cause may be the SDK's error. It is no text of ours.
		p.errorText(cause)
	}
	p.complete(KindLambdaError, whole, msg, object, text)
}

// taskError takes what S3 reports of a task that found an error by itself, as
// the compute-checksum job does.
func (p *Parser) taskError(msg, details []byte) {
	whole := p.walk.json(details, scopeTask)
	text := p.taskText(p.payload.message)
	p.complete(KindTaskError, whole, msg, details, text)
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
			m.TimeoutSeconds = parseFloat(seconds)
		}
	}
	if text == nil || string(text) == "null" {
		return text
	}
	if kind, inner := p.errorText(text); kind != KindText {
		return inner
	}
	return text
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
		p.m.ServiceErrorCode = code
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
