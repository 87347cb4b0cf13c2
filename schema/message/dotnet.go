package message

import "bytes"

// net reads an exception of the AWS SDK for .NET, as its ToString writes it, where
// "Exception: " of its class stands.
//
//	Amazon.S3.AmazonS3Exception: <text>
//	 ---> Amazon.Runtime.Internal.HttpErrorResponseException: …
//	   at Amazon.Runtime.…
func (f *finding) net(text []byte, at int) bool {
	head := text[max(0, at-longestID):at]
	n := bytes.LastIndex(head, []byte("Amazon."))
	if n < 0 || n > 0 && (isWordByte[head[n-1]] || head[n-1] == '.') {
		return false
	}
	begin, end := at-len(head)+n, at+len("Exception")
	class := text[begin:end]
	if classLength(class) != len(class) {
		return false
	}
	service, _, ok := bytes.Cut(class[len("Amazon."):], []byte("."))
	if !ok || string(service) == "Runtime" { // of the SDK itself
		return false
	}
	f.service, f.errorType = service, class
	f.sentence, f.trace = behind(text, begin, end+len(": "))
	if n := bytes.Index(f.sentence, []byte(" ---> ")); n >= 0 { // in the same line
		f.sentence = f.sentence[:n]
	}
	return true
}
