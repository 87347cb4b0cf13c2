package message

import "bytes"

// denied fills who was refused what, if text says it as IAM does, of any service:
//
//	User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no …
//
// Principal and resource stand in quotes or not, and the resource may be missing.
func (p *Parser) denied(text []byte) {
	const user, perform, resource = "User: ", " is not authorized to perform: ", " on resource: "
	if p.m.DeniedAction != nil || bytes.IndexByte(text, ':') < 0 {
		return
	}
	n := bytes.Index(text, []byte(perform))
	if n < 0 {
		return
	}
	begin := bytes.LastIndex(window(text[:n], max(0, n-deniedBack), deniedBack), []byte(user))
	if begin < 0 {
		return
	}
	principal := window(text[:n], max(0, n-deniedBack), deniedBack)[begin+len(user):]
	rest := text[n+len(perform):]
	quote := quoteAt(rest)
	rest = rest[len(quote):]
	action := rest[:actionLength(rest)]
	if len(action) == 0 || len(principal) == 0 || bytes.ContainsAny(principal, "\r\n") {
		return
	}
	m := p.m
	m.DeniedPrincipal, m.DeniedAction = bytes.Trim(principal, "'\"`"), action
	rest = bytes.TrimPrefix(rest[len(action):], quote)
	if rest, ok := bytes.CutPrefix(rest, []byte(resource)); ok {
		m.DeniedResource = null(resourceOf(rest))
	}
}

// shortestDenied is a length that no sentence below says anything: that of its fixed words.
const shortestDenied = len("User: x is not authorized to perform: a:b")

// deniedBack is how many bytes before the action "User: " is looked for: an ARN of IAM
// has at most some 600.
const deniedBack = 1024

// quoteAt returns the quote that b begins with.
func quoteAt(b []byte) []byte {
	if len(b) > 0 && (b[0] == '"' || b[0] == '\'' || b[0] == '`') {
		return b[:1]
	}
	return nil
}

// actionLength returns the length of the action that b begins with, s3:GetObject for
// example.
func actionLength(b []byte) int {
	n, colon := 0, 0
	for n < len(b) && n <= longestID && (isWordByte[b[n]] || b[n] == '-' || b[n] == '*' || b[n] == ':' && colon == 0) {
		if b[n] == ':' {
			colon = n
		}
		n++
	}
	if colon == 0 || colon+1 >= n || n > longestID {
		return 0
	}
	return n
}

// resourceOf returns the resource that b begins with: a key in it may have blanks and
// quotes, so it ends where IAM's sentence goes on, if it does, and else with its quote or
// its word.
func resourceOf(b []byte) []byte {
	if n := bytes.IndexAny(b, "\r\n"); n >= 0 {
		b = b[:n]
	}
	quote := quoteAt(b)
	b = b[len(quote):]
	for _, goesOn := range [...]string{" because ", " with an explicit deny"} {
		if n := bytes.Index(b, append(append([]byte{}, quote...), goesOn...)); n >= 0 {
			return b[:n]
		}
	}
	if quote != nil {
		if n := bytes.IndexByte(b, quote[0]); n >= 0 {
			return b[:n]
		}
		return b
	}
	if n := bytes.IndexAny(b, " \t\"'`()<>,;"); n >= 0 {
		b = b[:n]
	}
	return bytes.TrimRight(b, ".")
}
