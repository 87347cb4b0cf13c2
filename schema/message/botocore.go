package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

const botocoreOpen = "An error occurred ("

// botocore reads what botocore's ClientError puts before a sentence.
//
//	An error occurred (AccessDenied) when calling the GetObject operation (reached max retries: 4): <text>
func (f *finding) botocore(text []byte, at int) bool {
	from := at + len(botocoreOpen)
	part := window(text, from, 3*longestID)
	code, rest, ok := bytes.Cut(part, []byte(") when calling the "))
	if !ok || !isID(code) {
		return false
	}
	operation, rest, ok := cutOperation(rest, " operation")
	if !ok {
		return false
	}
	if after, ok := bytes.CutPrefix(rest, []byte(" (reached max retries: ")); ok {
		n := scan.Digits(after)
		f.attempts = attemptsAfter(parseInt(after[:n]))
		if rest, ok = bytes.CutPrefix(after[n:], []byte(")")); !ok {
			return false
		}
	}
	return f.python(text, at, from+len(part)-len(rest), code, operation)
}

// botocore2014 reads what botocore wrote until version 1.0, in AWS CLI until 1.8.
//
//	A client error (AccessDenied) occurred when calling the PutObject operation: <text>
func (f *finding) botocore2014(text []byte, at int) bool {
	from := at + len("A client error (")
	part := window(text, from, 3*longestID)
	code, rest, ok := bytes.Cut(part, []byte(") occurred when calling the "))
	if !ok || !isID(code) {
		return false
	}
	operation, rest, ok := cutOperation(rest, " operation")
	return ok && f.python(text, at, from+len(part)-len(rest), code, operation)
}

// python takes the sentence behind the form's own words, text[begin:start].
func (f *finding) python(text []byte, begin, start int, code, operation []byte) bool {
	if start == len(text) || text[start] != ':' {
		return false
	}
	start++
	if start < len(text) && text[start] == ' ' {
		start++
	}
	f.code, f.operation, f.isChecked = code, operation, true
	if marksIn(text[start:]) == 0 && begin == 0 { // as most are
		f.sentence, f.isPlain = bytes.TrimRight(text[start:], " "), true
		return true
	}
	f.errorType = classBefore(text, begin)
	f.sentence, f.trace = behind(text, begin, start)
	if f.trace == nil {
		f.trace = traceBefore(text, begin)
	}
	return true
}

// cutOperation cuts the name of an operation, GetObject for example, and what must
// follow it off the start of b.
func cutOperation(b []byte, follows string) (operation, rest []byte, ok bool) {
	n := 0
	for n < len(b) && n <= longestID && scan.IsAlnum(b[n]) {
		n++
	}
	if n == 0 || n > longestID || b[0] < 'A' || b[0] > 'Z' {
		return nil, nil, false
	}
	rest, ok = bytes.CutPrefix(b[n:], []byte(follows))
	return b[:n], rest, ok
}
