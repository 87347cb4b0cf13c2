package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// longestSuffix is the length in bytes above which no suffix is looked for: SDK 2 writes
// some 200, and with the longest values some 900.
const longestSuffix = 1200

// java reads what the AWS SDKs for Java put behind a sentence. SDK 1
// (AmazonServiceException.getMessage) and SDK 2 (AwsServiceException.getMessage) write
//
//	<text> (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X; S3 Extended Request ID: Y; Proxy: null), S3 Extended Request ID: Y
//	<text> (Service: S3, Status Code: 404, Request ID: X, Extended Request ID: Y, SDK Attempt Count: 1)
//	<text> (Service: S3, Status Code: 404, Request ID: X, Extended Request ID: Y) (SDK Attempt Count: 1)
//
// A suffix ends at its own bracket, and anything may follow it. A service that fails
// because of another repeats that one's text with its suffix, so that suffixes follow on
// each other. The last is the service's own; those before fill what it leaves null,
// unless it has a request id: then theirs is of another request.
func (f *finding) java(text []byte, at int) bool {
	var s suffix
	end := at
	for next := at; ; next = end + 1 {
		length := s.read(text[next:])
		if length == 0 {
			break
		}
		f.addSuffix(&s)
		if end = next + length; !bytes.HasPrefix(text[end:], []byte(" (Service: ")) {
			break
		}
	}
	if end == at {
		return false
	}
	head := text[:at]
	marks := marksIn(head)
	if marks&markBits['('] != 0 && bytes.Contains(head, []byte(") when calling the ")) {
		f.stop = true // botocore's, which stands around it, is the outer one
		return false
	}
	end += f.attemptsBehind(text[end:])
	var closed byte
	if end < len(text) {
		closed = text[end]
	}
	f.trace = traceBehind(text[end:])
	if marks == 0 && closed != '"' && closed != '\'' {
		f.sentence, f.isPlain = bytes.TrimSuffix(head, []byte(" ")), true
		return true
	}
	f.sentence, f.errorType = before(text, at, closed)
	if f.trace == nil {
		f.trace = traceBefore(text, at)
	}
	return true
}

// suffix is one suffix of an SDK.
type suffix struct {
	kind                                   Kind
	service, status, code, request, hostID []byte
	attempts                               []byte
}

// addSuffix takes what a suffix says for what those before it have said, all of it where
// it has a request id.
func (f *finding) addSuffix(s *suffix) {
	f.kind = s.kind
	all := id(s.request) != nil
	set := func(column *[]byte, value []byte) {
		if value = null(value); all || value != nil {
			*column = value
		}
	}
	set(&f.service, s.service)
	set(&f.code, s.code)
	set(&f.request, s.request)
	set(&f.host, s.hostID)
	if n := parseInt(s.status); all || n.Value != 0 {
		f.status = n
	}
	if n := parseInt(s.attempts); all || n.Valid {
		f.attempts = n
	}
}

// read reads the suffix that b begins with and returns its length with what belongs to
// it behind the bracket; 0 where there is none.
func (s *suffix) read(b []byte) int {
	*s = suffix{}
	const open = "(Service: "
	end := scan.ByteIndex(window(b, 0, longestSuffix), ')')
	if end == min(len(b), longestSuffix) || !bytes.HasPrefix(b, []byte(open)) || bytes.IndexByte(b[1:end], '(') >= 0 || !s.items(b[1:end]) {
		return 0
	}
	end++
	const behind = ", S3 Extended Request ID: "
	if bytes.HasPrefix(b[end:], []byte(behind)) {
		n := wordEnd(window(b, end+len(behind), longestID+1))
		if value := b[end+len(behind):][:n]; id(value) != nil {
			if id(s.hostID) == nil {
				s.hostID = value
			}
			end += len(behind) + n
		}
	}
	return end
}

// items reads what is between the brackets of a suffix.
func (s *suffix) items(b []byte) bool {
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
		case "SDK Attempt Count":
			s.attempts = value
		}
	}
	return hasStatus && (parseInt(s.status).Valid || string(s.status) == "null")
}

// attemptsBehind reads " (SDK Attempt Count: 1)", if b begins so, and returns its length.
func (f *finding) attemptsBehind(b []byte) int {
	const open = " (SDK Attempt Count: "
	if !bytes.HasPrefix(b, []byte(open)) {
		return 0
	}
	n := scan.Digits(window(b, len(open), len("2147483647")+1))
	attempts := parseInt(b[len(open):][:n])
	if end := len(open) + n; attempts.Valid && end < len(b) && b[end] == ')' {
		if !f.attempts.Valid {
			f.attempts = attempts
		}
		return end + 1
	}
	return 0
}

// javaAttempts reads the count of SDK 2 where no service has answered.
func (f *finding) javaAttempts(text []byte, at int) bool {
	return at > 0 && text[at-1] == ' ' && f.attemptsBehind(text[at-1:]) > 0
}

// behindBlank returns b without the blank that it may begin with.
func behindBlank(b []byte) []byte {
	if len(b) > 0 && b[0] == ' ' {
		return b[1:]
	}
	return b
}
