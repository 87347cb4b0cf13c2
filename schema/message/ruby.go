package message

import (
	"bytes"
)

// ruby reads an error of the AWS SDK for Ruby, where "::Errors::" of its class stands. It
// is told in one of three ways:
//
//	Aws::S3::Errors::AccessDenied: <text>
//	#<Aws::S3::Errors::AccessDenied: <text>>
//	<text> (Aws::S3::Errors::AccessDenied)
func (f *finding) ruby(text []byte, at int) bool {
	const module, errors = "Aws::", "::Errors::"
	head := text[max(0, at-longestID):at]
	service := head[bytes.LastIndexByte(head, ':')+1:]
	begin := at - len(service) - len(module)
	if !isCode(service) || begin < 0 || string(text[begin:begin+len(module)]) != module || begin > 0 && isWordByte[text[begin-1]] {
		return false
	}
	end := at + len(errors)
	end += codeLength(window(text, end, longestID+1))
	code := text[at+len(errors) : end]
	if !isCode(code) {
		return false
	}
	f.service, f.code, f.errorType = service, code, text[begin:end]
	rest := text[end:]
	switch {
	case bytes.HasPrefix(rest, []byte(": ")):
		if begin > 1 && text[begin-1] == '<' && text[begin-2] == '#' { // of inspect
			s := text[end+2:]
			f.sentence = s[:closing(s, '<')]
			break
		}
		f.sentence, f.trace = behind(text, begin, end+2)
	case begin > 1 && text[begin-1] == '(' && text[begin-2] == ' ' && bytes.HasPrefix(rest, []byte(")")):
		f.sentence = rubySentence(lastLine(text[:begin-2]))
		f.trace = traceBehind(rest)
	case begin == 0 && len(rest) == 0:
	default:
		f.trace = traceBehind(rest)
	}
	return true
}

// rubySentence cuts the place off a line that Ruby has written of an error that nobody
// has rescued: handler.rb:3:in `copy': <text>
func rubySentence(line []byte) []byte {
	if n := bytes.Index(line, []byte("': ")); n >= 0 && bytes.Contains(line[:n], []byte(":in ")) {
		return line[n+3:]
	}
	return line
}
