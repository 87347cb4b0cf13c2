package message

import "bytes"

// jsAhead is how many bytes of a stack trace tell whose it is, and then what the error's
// own fields are, which Node.js prints behind it.
const jsAhead = 4096

// javascript reads the stack of an error of the AWS SDKs for JavaScript, where its trace
// begins. The trace tells the SDK; Node.js prints the error's fields behind it.
//
//	AccessDenied: <text>
//	    at throwDefaultError (/var/runtime/node_modules/@aws-sdk/…)
//	  '$fault': 'client',
//	  '$metadata': { httpStatusCode: 403, requestId: 'X', extendedRequestId: 'Y', attempts: 1 }
func (f *finding) javascript(text []byte, at int) bool {
	// The trace is looked at once, however many lines it has.
	if line := bytes.LastIndexByte(text[:at], '\n'); line >= 0 && bytes.HasPrefix(text[line:], []byte("\n    at ")) {
		return false
	}
	part := window(text, at, jsAhead)
	switch {
	case isJavaScript3(part):
		f.kind = KindSDKJSv3
	case isJavaScript2(part):
		f.kind = KindSDKJSv2
	default:
		return false
	}
	line := lastLine(text[:at])
	n := bytes.Index(line, []byte(": "))
	for ; n >= 0; n = indexFrom(line, n+2, ": ") {
		word := line[:n]
		word = word[bytes.LastIndexAny(word, " \t'\"([{")+1:]
		if isCode(word) && 'A' <= word[0] && word[0] <= 'Z' && !isNoCode(word) || isErrorName(word) {
			f.errorType, line = word, line[n+2:]
			break
		}
	}
	if n < 0 {
		return false
	}
	if !isErrorName(f.errorType) {
		f.code = f.errorType
	}
	f.sentence, f.trace = line, trimLines(text[at:])
	f.status = parseInt(valueAt(part, "httpStatusCode: ", ",\n }"))
	if f.kind == KindSDKJSv2 {
		f.status = parseInt(valueAt(part, "statusCode: ", ",\n }"))
	}
	f.request = valueAt(part, "requestId: '", "'\n")
	f.host = valueAt(part, "extendedRequestId: '", "'\n")
	f.attempts = parseInt(valueAt(part, "attempts: ", ",\n }"))
	return true
}

// isJavaScript tells whether a stack trace goes through the SDKs for JavaScript.
func isJavaScript(trace []byte) bool { return isJavaScript2(trace) || isJavaScript3(trace) }

func isJavaScript2(trace []byte) bool {
	return bytes.Contains(trace, []byte("aws-sdk/lib/")) || bytes.Contains(trace, []byte(`aws-sdk\lib\`))
}

func isJavaScript3(trace []byte) bool {
	return bytes.Contains(trace, []byte("@aws-sdk/")) || bytes.Contains(trace, []byte("@smithy/")) || bytes.Contains(trace, []byte(`@aws-sdk\`))
}

// indexFrom is the place of sep in s from i on, or -1.
func indexFrom(s []byte, i int, sep string) int {
	n := bytes.Index(s[i:], []byte(sep))
	if n < 0 {
		return -1
	}
	return i + n
}

// isErrorName tells the name of an error of JavaScript itself, which is no code of a
// service.
func isErrorName(word []byte) bool {
	switch string(word) {
	case "Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "AggregateError", "EvalError", "URIError":
		return true
	}
	return false
}
