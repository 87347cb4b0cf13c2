package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// sdk takes off text what the AWS SDKs for Java put at its end, fills the
// columns from it that are null, and returns its form and the text before.
// KindText means that there is none. SDK 1 (AmazonServiceException.getMessage)
// and SDK 2 (AwsServiceException.getMessage) write
//
//	<text> (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X; S3 Extended Request ID: Y; Proxy: null), S3 Extended Request ID: Y
//	<text> (Service: S3, Status Code: 404, Request ID: X, Extended Request ID: Y) (SDK Attempt Count: 1)
//
// A service that fails because of another repeats that one's text with its
// suffix. The last suffix is the service's own; those before fill what it
// leaves null, unless it has a request id: then theirs is of another request.
func (p *Parser) sdk(text []byte) (Kind, []byte) {
	kind := KindText
	text = p.attemptCount(text)
	for len(text) > 0 {
		var s suffix
		if !s.cut(text) {
			break
		}
		if kind == KindText {
			kind = s.kind
		}
		p.fillSDK(&s)
		text = s.text
	}
	return kind, text
}

// suffix is one suffix of an SDK.
type suffix struct {
	kind                                   Kind
	text                                   []byte // before it
	service, status, code, request, hostID []byte
}

// fillSDK fills what is null.
func (p *Parser) fillSDK(s *suffix) {
	m := p.m
	if m.RequestID != nil {
		return
	}
	setNull(&m.Service, null(s.service))
	setNull(&m.ServiceErrorCode, null(s.code))
	setNull(&m.RequestID, null(s.request))
	setNull(&m.ExtendedRequestID, null(s.hostID))
	// The SDK says 0 where there was no answer.
	if n := parseInt(s.status); !m.ServiceStatusCode.Valid && n.Value != 0 {
		m.ServiceStatusCode = n
	}
}

// attemptCount takes off " (SDK Attempt Count: 1)".
func (p *Parser) attemptCount(text []byte) []byte {
	const before = "(SDK Attempt Count: "
	rest, ok := bytes.CutSuffix(text, []byte(")"))
	if !ok || len(rest) == 0 || !scan.IsDigit(rest[len(rest)-1]) {
		return text
	}
	open := bytes.LastIndexByte(rest, ' ') + 1 - len(before)
	if open < 0 || !bytes.HasPrefix(rest[open:], []byte(before)) {
		return text
	}
	n := parseInt(rest[open+len(before):])
	if !n.Valid {
		return text
	}
	if !p.m.Attempts.Valid {
		p.m.Attempts = n
	}
	return bytes.TrimSuffix(rest[:open], []byte(" "))
}

// cut takes the last suffix off text. The text may hold brackets of its own, so
// it looks from the end.
func (s *suffix) cut(text []byte) bool {
	var behind []byte
	rest := text
	if rest[len(rest)-1] != ')' {
		const before = "), S3 Extended Request ID: "
		value := bytes.LastIndexByte(rest, ' ') + 1
		if value < len(before) || string(rest[value-len(before):value]) != before {
			return false
		}
		behind = rest[value:]
		rest = rest[:value-len(before)+1]
	}
	open := lastService(rest)
	if open < 0 || !s.read(rest[open+1:len(rest)-1]) {
		return false
	}
	if null(s.hostID) == nil {
		s.hostID = behind
	}
	s.text = bytes.TrimSuffix(rest[:open], []byte(" "))
	return true
}

// lastService returns the place of the last "(Service: ", or -1. It looks
// forward, since bytes.LastIndexByte goes byte by byte and bytes.IndexByte does
// not, but in one window after the other from the end: suffixes can be many.
func lastService(b []byte) int {
	const window = 512 // a suffix has some 200 bytes
	last := -1
	for end := len(b); end > 0 && last < 0; end -= window {
		for i := max(0, end-window); ; i++ {
			n := bytes.IndexByte(b[i:end], '(')
			if n < 0 {
				break
			}
			i += n
			if bytes.HasPrefix(b[i:], []byte("(Service: ")) {
				last = i
			}
		}
	}
	return last
}

// read reads what is between the brackets of a suffix.
func (s *suffix) read(b []byte) bool {
	i := 0
	for i < len(b) && b[i] != ';' && b[i] != ',' {
		i++
	}
	if i == len(b) {
		return false
	}
	separator := b[i]
	s.kind = KindSDKv1
	if separator == ',' {
		s.kind = KindSDKv2
	}
	hasStatus := false
	for more := true; more; {
		item := b
		i := scan.ByteIndex(b, separator)
		if more = i < len(b); more {
			item, b = b[:i], behindBlank(b[i+1:])
		}
		colon := scan.ByteIndex(item, ':')
		if colon == len(item) {
			return false
		}
		value := behindBlank(item[colon+1:])
		switch string(item[:colon]) {
		case "Service":
			s.service = value
		case "Status Code":
			s.status, hasStatus = value, true
		case "Error Code":
			s.code = value
		case "Request ID":
			s.request = value
		case "S3 Extended Request ID", "Extended Request ID":
			s.hostID = value
		}
	}
	return hasStatus && (parseInt(s.status).Valid || string(s.status) == "null")
}

// behindBlank returns b without the blank that it may begin with.
func behindBlank(b []byte) []byte {
	if len(b) > 0 && b[0] == ' ' {
		return b[1:]
	}
	return b
}
