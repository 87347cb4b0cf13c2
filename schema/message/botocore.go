package message

import (
	"bytes"

	"batchreport/schema"
	"batchreport/schema/internal/scan"
)

// botocore takes off text what botocore's ClientError puts before it, fills
// the columns from it, and returns the text behind.
//
//	An error occurred (AccessDenied) when calling the GetObject operation (reached max retries: 4): <text>
func (p *Parser) botocore(text []byte) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(text, []byte("An error occurred ("))
	if !ok {
		return text, false
	}
	code, rest, ok := bytes.Cut(rest, []byte(") when calling the "))
	if !ok {
		return text, false
	}
	operation, rest, ok := bytes.Cut(rest, []byte(" operation"))
	if !ok {
		return text, false
	}
	var attempts schema.Int
	if after, ok := bytes.CutPrefix(rest, []byte(" (reached max retries: ")); ok {
		n := scan.Digits(after)
		attempts = attemptsAfter(parseInt(after[:n]))
		if rest, ok = bytes.CutPrefix(after[n:], []byte(")")); !ok {
			return text, false
		}
	}
	if rest, ok = bytes.CutPrefix(rest, []byte(":")); !ok {
		return text, false
	}
	m := p.m
	setNull(&m.ServiceErrorCode, null(code))
	setNull(&m.Operation, null(operation))
	if !m.Attempts.Valid {
		m.Attempts = attempts
	}
	return bytes.TrimPrefix(rest, []byte(" ")), true
}
