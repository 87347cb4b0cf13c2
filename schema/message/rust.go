package message

import "bytes"

// rustAround is how many bytes around the request id the other fields are looked for.
const rustAround = 1500

// rust reads an error of the AWS SDK for Rust as its Debug and its DisplayErrorContext
// write it, where the name of its request id stands. Fields are in any order.
//
//	service error: unhandled error (AccessDenied): Error { code: "AccessDenied", message: "Access Denied", aws_request_id: "X", s3_extended_request_id: "Y" }
//	ErrorMetadata { code: Some("NoSuchKey"), message: Some("…"), extras: Some({"aws_request_id": "X", "s3_extended_request_id": "Y"}) }
func (f *finding) rust(text []byte, at int) bool {
	head := text[max(0, at-rustAround):at]
	begin := bytes.LastIndex(head, []byte("code: "))
	if begin < 0 {
		return false
	}
	part := head[begin:]
	part = window(text, at-len(part), len(part)+rustAround)
	ahead := window(text, at, rustAround)
	f.request = rustString(ahead, "aws_request_id")
	if f.request == nil {
		return false
	}
	f.code = rustString(part, "code")
	f.sentence = rustString(part, "message")
	f.host = rustString(part, "s3_extended_request_id")
	f.status = parseInt(valueAt(text[at-len(head):min(len(text), at+rustAround)], "StatusCode(", ")"))
	return true
}

// rustString returns the string of a field, be it in Some(…) and its name in quotes; nil
// where there is none.
func rustString(text []byte, name string) []byte {
	n := bytes.Index(text, []byte(name))
	if n < 0 {
		return nil
	}
	rest := bytes.TrimPrefix(text[n+len(name):], []byte(`"`))
	rest, ok := bytes.CutPrefix(rest, []byte(": "))
	if !ok {
		return nil
	}
	rest = bytes.TrimPrefix(rest, []byte("Some("))
	if rest, ok = bytes.CutPrefix(rest, []byte(`"`)); !ok {
		return nil
	}
	var out []byte
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '"':
			if out == nil {
				return rest[:i]
			}
			return out
		case rest[i] == '\\' && i+1 < len(rest):
			if out == nil {
				out = append([]byte{}, rest[:i]...)
			}
			i++
			out = append(out, rest[i])
		case out != nil:
			out = append(out, rest[i])
		}
	}
	return nil
}
