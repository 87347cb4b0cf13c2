package message

import (
	"bytes"

	"batchreport/schema"
)

// errorFields are the fields of a payload that may be an error of an SDK:
//
//	boto3         {'Error': {'Code': 'AccessDenied', 'Message': 'Access Denied'}, 'ResponseMetadata': {…}}
//	JavaScript 3  {"name": "AccessDenied", "$fault": "client", "$metadata": {…}, "Code": "AccessDenied", "message": …}
//	JavaScript 2  {"message": …, "code": "AccessDenied", "requestId": …, "statusCode": 403, "retryable": false}
//	a service     {"__type": "com.amazonaws.kms#DisabledException", "message": …}
//
// Functions return objects of their own too, in which message, code and statusCode mean
// whatever their authors want. So these count only beside what nobody but AWS writes.
type errorFields struct {
	code, text            []byte // as only AWS spells them
	maybeCode, maybeText  []byte
	name                  []byte
	request, host         []byte
	status                schema.Int
	used                  bool // a field is not empty
	ofJavaScript2, faulty bool
	class                 []byte // __type

	sentence []byte // the error's, once the payload is known to be one
}

// fillError keeps a string of an error; of the errors of DeleteObjects the first counts.
func (e *errorFields) fillError(f fieldID, s []byte) bool {
	switch f {
	case fieldCode:
		setNull(&e.code, s)
	case fieldText:
		setNull(&e.text, s)
	case fieldMaybeCode:
		e.maybeCode = s
	case fieldMaybeText:
		e.maybeText = s
	case fieldMaybeName:
		e.name = s
	case fieldMaybeRequest:
		e.request = s
	case fieldMaybeHost:
		e.host = s
	case fieldFault:
		e.faulty = true
	case fieldTypeName:
		e.class = s
	default:
		return false
	}
	e.used = true
	return true
}

// finishError fills the columns of an error if the payload is one; answered says that it
// has metadata of a response.
func (e *errorFields) finishError(m *Message, answered bool) {
	code, text, ok := e.error(m.ServiceStatusCode, answered)
	if !ok {
		return
	}
	e.sentence = null(text)
	setNull(&m.ServiceErrorCode, code)
	setNull(&m.RequestID, id(e.request))
	setNull(&m.ExtendedRequestID, id(e.host))
	if !m.ServiceStatusCode.Valid {
		m.ServiceStatusCode = e.status
	}
}

// error returns the code and the sentence of the error that the payload is, by the
// status of its metadata.
func (e *errorFields) error(status schema.Int, answered bool) (code, text []byte, ok bool) {
	text = e.text
	if text == nil {
		text = e.maybeText
	}
	switch {
	case isCode(e.code) && (answered || e.faulty || e.text != nil || e.request != nil):
		return e.code, text, true
	case e.faulty || answered && status.Value >= 300 && e.name != nil:
		if code = e.maybeCode; !isCode(code) {
			code = e.name
		}
		return code, text, isCode(code)
	case isCode(e.maybeCode) && (e.ofJavaScript2 || e.host != nil || e.request != nil && e.status.Valid):
		return e.maybeCode, text, true
	case e.class != nil:
		code = e.class[bytes.LastIndexByte(e.class, '#')+1:]
		return code, text, isCode(code)
	}
	return nil, nil, false
}
