package message

import "bytes"

// phpAhead is how many bytes behind the URL the answer's status is looked for: the
// request's line, with another URL, is between them.
const phpAhead = 4096

// php reads an error of the AWS SDK for PHP 3, where the URL of its request ends.
//
//	Error executing "PutObject" on "https://…"; AWS HTTP error: Client error: `PUT https://…` resulted in a `403 Forbidden` response:
//	<?xml … (truncated...)
//	 AccessDenied (client): <text> - <?xml …
func (f *finding) php(text []byte, at int) bool {
	head := text[max(0, at-phpAhead):at]
	head = bytes.TrimSuffix(head[:bytes.LastIndexByte(head, '"')+1], []byte("\" on \""))
	n := bytes.LastIndexByte(head, '"') + 1
	operation, rest, ok := cutOperation(head[n:], "")
	begin := at - min(at, phpAhead) + n - len("Error executing \"")
	if !ok || len(rest) > 0 || begin < 0 || !bytes.HasPrefix(text[begin:], []byte("Error executing \"")) {
		return false
	}
	f.operation = operation
	f.errorType, f.service = phpClass(text[:begin])
	start := at + len("\"; AWS HTTP error: ")
	part := window(text, start, phpAhead)
	f.status = parseInt(valueAt(part, "resulted in a `", " `"))
	f.sentence, f.trace = behind(text, begin, start)
	for _, party := range [...]string{" (client): ", " (server): "} {
		n := bytes.Index(f.sentence, []byte(party))
		if n < 0 {
			continue
		}
		word := f.sentence[:n]
		f.code = id(word[bytes.LastIndexAny(word, " \n")+1:])
		rest := f.sentence[n+len(party):]
		f.fillXML(rest)
		if end := bytes.Index(rest, []byte(" - ")); end >= 0 && !bytes.ContainsAny(rest[:end], "\n<") {
			rest = rest[:end]
		}
		if end := bytes.Index(rest, []byte(" (Request-ID: ")); end >= 0 {
			f.request = valueAt(rest[end:], "(Request-ID: ", ")")
			rest = rest[:end]
		}
		f.sentence = rest
		return true
	}
	f.fillXML(f.sentence)
	if f.message != nil {
		f.sentence = f.message
	}
	return true
}

// phpClass returns the class that stands before an error, Aws\S3\Exception\S3Exception,
// and the service in its name.
func phpClass(head []byte) (class, service []byte) {
	head, ok := bytes.CutSuffix(bytes.TrimRight(head, "'\" "), []byte(":"))
	if !ok {
		return nil, nil
	}
	head = window(head, max(0, len(head)-longestID), longestID)
	class = head[bytes.LastIndexAny(head, " \n\t'\"(:")+1:]
	rest, ok := bytes.CutPrefix(class, []byte(`Aws\`))
	if !ok {
		return nil, nil
	}
	service, _, _ = bytes.Cut(rest, []byte(`\`))
	return class, service
}
