package message

import (
	"bytes"

	"batchreport/schema"
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
	f.isChecked = true
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
	kind   Kind
	values [len(suffixLabels)][]byte // by suffixLabels; nil where there is none, or it is null
	status schema.Int
}

// suffixLabels are what a suffix names, in the order in which the SDKs write it.
var suffixLabels = [...]string{
	serviceLabel: "Service: ",
	statusLabel:  "Status Code: ",
	codeLabel:    "Error Code: ",
	requestLabel: "Request ID: ",
	hostLabelV1:  "S3 Extended Request ID: ",
	hostLabelV2:  "Extended Request ID: ",
	countLabel:   "SDK Attempt Count: ",
	proxyLabel:   "Proxy: ",
}

const (
	serviceLabel = iota
	statusLabel
	codeLabel
	requestLabel
	hostLabelV1
	hostLabelV2
	countLabel
	proxyLabel
)

// addSuffix takes what a suffix says for what those before it have said, all of it where
// it has a request id.
func (f *finding) addSuffix(s *suffix) {
	f.kind = s.kind
	host := s.values[hostLabelV1]
	if host == nil {
		host = s.values[hostLabelV2]
	}
	attempts := parseInt(s.values[countLabel])
	if s.values[requestLabel] != nil {
		f.service, f.code, f.request, f.host = s.values[serviceLabel], s.values[codeLabel], s.values[requestLabel], host
		f.status, f.attempts = s.status, attempts
		return
	}
	setValue(&f.service, s.values[serviceLabel])
	setValue(&f.code, s.values[codeLabel])
	setValue(&f.host, host)
	if s.status.Value != 0 {
		f.status = s.status
	}
	if attempts.Valid {
		f.attempts = attempts
	}
}

// setValue sets a column to a value, if there is one.
func setValue(column *[]byte, value []byte) {
	if value != nil {
		*column = value
	}
}

// read reads the suffix that b begins with and returns its length with what belongs to
// it behind the bracket; 0 where there is none.
func (s *suffix) read(b []byte) int {
	*s = suffix{}
	const open = "(Service: "
	end := bytes.IndexByte(window(b, 0, longestSuffix), ')')
	if end < 0 || !bytes.HasPrefix(b, []byte(open)) || !s.items(b[len(open):end]) {
		return 0
	}
	end++
	const behind = ", S3 Extended Request ID: "
	if bytes.HasPrefix(b[end:], []byte(behind)) {
		n := wordEnd(window(b, end+len(behind), longestID+1))
		if value := id(b[end+len(behind):][:n]); value != nil {
			if s.values[hostLabelV1] == nil {
				s.values[hostLabelV1] = value
			}
			end += len(behind) + n
		}
	}
	return end
}

// items reads what is between the brackets of a suffix, from the service's name on.
func (s *suffix) items(b []byte) bool {
	n := 0
	for n < len(b) && b[n] != ';' && b[n] != ',' {
		n++
	}
	if n == len(b) || !scan.Unbracketed(b[:n]) {
		return false
	}
	s.set(serviceLabel, b[:n])
	separator := b[n]
	s.kind = KindSDKv1
	if separator == ',' {
		s.kind = KindSDKv2
	}
	for next, hasStatus := statusLabel, false; ; {
		b = behindBlank(b[n+1:])
		label := labelOf(b, next)
		if label < 0 { // one that is not known yet
			n = scan.ByteIndex(b, separator)
			if bytes.IndexByte(b[:n], ':') < 0 {
				return false
			}
		} else {
			next = label + 1
			b = b[len(suffixLabels[label]):]
			var isID bool
			n, isID = valueEnd(b, separator)
			switch value := b[:n]; {
			case label == statusLabel:
				s.status = parseInt(value)
				hasStatus = hasStatus || s.status.Valid || string(value) == "null"
			case label < countLabel && !isID && !scan.Unbracketed(value):
				return false // of a suffix that is cut off, and of what stands behind it
			default:
				s.set(label, value)
			}
		}
		if n == len(b) {
			return hasStatus
		}
	}
}

// set sets the value of a label, unless it is too long.
func (s *suffix) set(label int, value []byte) {
	if value = null(value); len(value) <= longestID {
		s.values[label] = value
	}
}

// valueEnd returns where the value ends that b begins with, at the separator, and whether
// it was seen to hold no bracket on the way.
func valueEnd(b []byte, separator byte) (n int, isID bool) {
	n = scan.FarFromBrackets(b)
	for n < len(b) && b[n] == '=' { // of base64
		n++
	}
	switch {
	case n == len(b) || n == 0:
	case b[n] == separator:
		return n, true
	case b[n] == ' ' && b[n-1] == separator: // a comma is not near to brackets
		return n - 1, true
	}
	return scan.ByteIndex(b, separator), false
}

// labelOf returns the label that an item begins with, -1 where it begins with none. It is
// most likely next, or soon behind.
func labelOf(item []byte, next int) int {
	for range suffixLabels {
		if next >= len(suffixLabels) {
			next = 0
		}
		if label := suffixLabels[next]; len(item) >= len(label) && item[0] == label[0] && string(item[:len(label)]) == label {
			return next
		}
		next++
	}
	return -1
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
