package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

const (
	// goBack is how many bytes before the status the operation is looked for, of the
	// SDK for Go 2: what is between them is a handful of words.
	goBack = 600
	// goAhead is how many bytes behind the status ids and code are looked for.
	goAhead = 5 * longestID
)

// goAnswered is what stands before the status.
const goAnswered = "https response error StatusCode: "

// goV2 reads an error of the AWS SDK for Go 2 that a service has answered, where its
// status stands.
//
//	operation error S3: CopyObject, exceeded maximum number of attempts, 3, https response error StatusCode: 503, RequestID: X, HostID: Y, api error SlowDown: <text>
//
// Errors that are modelled have no "api error" before their code, and services other than
// S3 no host id. An operation that fails because of another, for credentials for example,
// has that one's error behind it: the one that was answered counts.
func (f *finding) goV2(text []byte, at int) bool {
	status := text[at+len(goAnswered):]
	n := scan.Digits(window(status, 0, 11))
	f.status = parseInt(status[:n])
	begin := at
	head := text[max(0, at-goBack):at]
	if i := bytes.LastIndex(head, []byte("operation error ")); i >= 0 && f.goOperation(head[i:]) > 0 {
		begin = at - len(head) + i
		f.attempts = parseInt(valueAt(head[i:], "exceeded maximum number of attempts, ", ", "))
	}
	if !f.status.Valid {
		return false
	}
	rest := window(status, n, goAhead)
	all := len(rest)
	const request, host = ", RequestID: ", ", HostID: "
	if after, ok := bytes.CutPrefix(rest, []byte(request)); ok {
		f.request, rest = cutGoItem(after)
	}
	if after, ok := bytes.CutPrefix(rest, []byte(host)); ok {
		f.host, rest = cutGoItem(after)
	}
	if begin == at && f.request == nil && f.host == nil && all == len(rest) {
		return false // the words alone
	}
	rest = bytes.TrimPrefix(rest, []byte(", "))
	rest, isAPI := bytes.CutPrefix(rest, []byte("api error "))
	if code := codeLength(rest); code > 0 && code+1 < len(rest) && rest[code] == ':' && rest[code+1] == ' ' || isAPI && code > 0 && code+1 == len(rest) && rest[code] == ':' {
		if isAPI || isExceptionName(rest[:code]) {
			f.code, rest = rest[:code], behindBlank(rest[code+1:])
		}
	}
	start := at + len(goAnswered) + n + all - len(rest)
	f.sentence, f.trace = behind(text, begin, start)
	return true
}

// isExceptionName tells whether b is the name of a modelled error, as NoSuchKey is.
func isExceptionName(b []byte) bool { return 'A' <= b[0] && b[0] <= 'Z' }

// cutGoItem cuts an id off b, which ends at a comma.
func cutGoItem(b []byte) (item, rest []byte) {
	n := bytes.IndexByte(b, ',')
	if n < 0 {
		n = wordEnd(b)
	}
	return b[:n], b[n:]
}

// goOperation reads "operation error S3: CopyObject," and returns its length, 0 where b
// does not begin with it.
func (f *finding) goOperation(b []byte) int {
	const open = "operation error "
	n := len(open)
	for n < len(b) && n < len(open)+longestID && (scan.IsAlnum(b[n]) || b[n] == ' ' || b[n] == '-') {
		n++
	}
	if n == len(open) || n == len(b) || b[n] != ':' {
		return 0
	}
	operation, rest, ok := cutOperation(behindBlank(b[n+1:]), ",")
	if !ok {
		return 0
	}
	f.service, f.operation = b[len(open):n], operation
	return len(b) - len(rest)
}

// goV2Unanswered reads an error of the AWS SDK for Go 2 that no service has answered. It
// says why in words that the SDK writes itself.
func (f *finding) goV2Unanswered(text []byte, at int) bool {
	n := f.goOperation(window(text, at, 3*longestID))
	if n == 0 {
		return false
	}
	if bytes.Contains(window(text, at, goBack), []byte(goAnswered)) {
		return false // goV2 reads it
	}
	rest := behindBlank(text[at+n:])
	known := false
	if after, ok := bytes.CutPrefix(rest, []byte("exceeded maximum number of attempts, ")); ok {
		digits := scan.Digits(window(after, 0, 11))
		f.attempts = parseInt(after[:digits])
		known = f.attempts.Valid
		rest = bytes.TrimPrefix(after[digits:], []byte(", "))
	}
	// smithy-go and aws-sdk-go-v2 begin their errors so.
	if !known && !hasAnyPrefix(rest, "request send failed, ", "canceled, ", "get identity: ", "failed to ", "resolve auth scheme: ",
		"not found, ResolveEndpointV2", "serialization failed: ", "deserialization failed, ", "retry quota exceeded", "api error ") {
		return false
	}
	f.sentence, f.trace = behind(text, at, len(text)-len(rest))
	return true
}

// goV1 reads an error of the AWS SDK for Go 1, where its status stands.
//
//	AccessDenied: <text>
//		status code: 403, request id: X, host id: Y
func (f *finding) goV1(text []byte, at int) bool {
	const open = "\n\tstatus code: "
	rest := window(text, at+len(open), 3*longestID)
	n := scan.Digits(rest)
	f.status = parseInt(rest[:n])
	after, ok := bytes.CutPrefix(rest[n:], []byte(", request id: "))
	if !f.status.Valid || !ok {
		return false
	}
	n = wordEnd(after)
	f.request, rest = after[:n], after[n:]
	if after, ok := bytes.CutPrefix(rest, []byte(", host id: ")); ok {
		f.host = after[:wordEnd(after)]
	}
	s := text[:at]
	const cause = "\ncaused by: "
	if i := bytes.LastIndex(s, []byte(cause)); i >= 0 {
		s = s[i+len(cause):]
	}
	f.code, f.sentence = goCode(s)
	return true
}

// goCode cuts the code off the start of an error's text. It is a word with a colon behind
// it, but so may be what is told before it: the last of the first such words is it.
func goCode(s []byte) (code, sentence []byte) {
	sentence = s
	for rest := s; ; {
		n := bytes.Index(window(rest, 0, 2*longestID), []byte(": "))
		if n < 0 {
			return code, sentence
		}
		word := rest[bytes.LastIndexAny(rest[:n], " \t\n\"'([")+1 : n]
		if code != nil && len(word) < n {
			return code, sentence // words of the sentence
		}
		rest = rest[n+2:]
		switch {
		case isCode(word) && 'A' <= word[0] && word[0] <= 'Z' && !isNoCode(word):
			code, sentence = word, rest
		case code != nil:
			return code, sentence
		}
	}
}

// isNoCode tells a word before a colon that is no error's code.
func isNoCode(word []byte) bool {
	switch string(word) {
	case "Error", "ERROR", "Exception", "Failed", "Failure", "Warning", "User", "WARN", "FATAL", "Message":
		return true
	}
	return false
}
