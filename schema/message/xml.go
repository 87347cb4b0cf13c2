package message

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// longestXML is how many bytes of an error document are looked at. S3 writes some 300; a
// message that names a policy has some 2,000.
const longestXML = 8192

// xmlBack is how many bytes before a code its <Error> is looked for: of an error of
// DeleteObjects a key may stand between them.
const xmlBack = 1200

// xml reads an error document as S3 and its likes answer, where the tag of its code ends.
//
//	<?xml version="1.0" encoding="UTF-8"?>
//	<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>X</RequestId><HostId>Y</HostId></Error>
//
// Elements are in any order, may have a prefix, and may be missing or cut off. Text has
// entities, or is a CDATA section.
func (f *finding) xml(text []byte, at int) bool {
	head := text[max(0, at-xmlBack):at]
	open := bytes.LastIndexByte(head, '<')
	if open < 0 {
		return false
	}
	prefix := head[open+1:]
	if n := len(prefix); n > 0 && (prefix[n-1] != ':' || codeLength(prefix) != n-1) {
		return false
	}
	name := append(append([]byte{'<'}, prefix...), "Error"...)
	begin := bytes.LastIndex(head[:open], name)
	if begin < 0 {
		return false
	}
	if next := head[begin+len(name)]; next != '>' && next > ' ' {
		return false
	}
	f.fillXML(text[at-len(head)+begin:])
	f.sentence = f.message
	return f.code != nil
}

// fillXML fills what is null from the first elements of these names in text.
func (f *finding) fillXML(text []byte) {
	text = window(text, 0, longestXML)
	for _, e := range [...]struct {
		column *[]byte
		name   string
	}{{&f.code, "Code"}, {&f.message, "Message"}, {&f.request, "RequestId"}, {&f.request, "RequestID"}, {&f.host, "HostId"}} {
		if *e.column == nil {
			*e.column = xmlText(text, e.name)
		}
	}
	f.code, f.request, f.host = id(f.code), id(f.request), id(f.host)
}

// xmlText returns the text of the first element of that name, nil where there is none
// or it is cut off.
func xmlText(text []byte, name string) []byte {
	for at := 0; ; at++ {
		n := bytes.Index(text[at:], []byte(name+">"))
		if n < 0 {
			return nil
		}
		at += n
		if at == 0 || text[at-1] != '<' && text[at-1] != ':' {
			continue
		}
		value := text[at+len(name)+1:]
		if rest, ok := bytes.CutPrefix(bytes.TrimLeft(value, " \r\n\t"), []byte("<![CDATA[")); ok {
			if end := bytes.Index(rest, []byte("]]>")); end >= 0 {
				return rest[:end]
			}
			return nil
		}
		end := bytes.IndexByte(value, '<')
		if end < 0 || end+1 == len(value) || value[end+1] != '/' {
			return nil
		}
		return unescapeXML(bytes.TrimSpace(value[:end]))
	}
}

// unescapeXML resolves entities. What is none stays.
func unescapeXML(s []byte) []byte {
	n := bytes.IndexByte(s, '&')
	if n < 0 {
		return s
	}
	out := append([]byte{}, s[:n]...)
	for s = s[n:]; len(s) > 0; {
		if s[0] == '&' {
			if r, n := entity(s); n > 0 {
				out = utf8.AppendRune(out, r)
				s = s[n:]
				continue
			}
		}
		out = append(out, s[0])
		s = s[1:]
	}
	return out
}

// entity returns what the entity at the start of s stands for, and its length; 0 where
// it is none.
func entity(s []byte) (r rune, n int) {
	const longest = len("&#x10FFFF;")
	end := bytes.IndexByte(window(s, 0, longest), ';')
	if end < 0 {
		return 0, 0
	}
	name := string(s[1:end])
	for _, known := range [...]struct {
		name string
		r    rune
	}{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}} {
		if name == known.name {
			return known.r, end + 1
		}
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || code > utf8.MaxRune {
		return 0, 0
	}
	return rune(code), end + 1
}
