package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// appendTemplate appends text with all that differs between rows of the same
// failure masked, so that grouping by it gives one group a failure. Key, bucket
// and version id of the row itself become <key>, <bucket> and <id>; for the
// rest see maskAt.
func appendTemplate(dst, text []byte, row Row) []byte {
	own := ownValues{
		{value: row.Key, mask: "<key>", next: -1},
		{value: row.Bucket, mask: "<bucket>", next: -1},
		{value: row.VersionID, mask: "<id>", next: -1},
	}
	var keys arrow
	if bytes.Contains(text, []byte("> ")) { // of arrows
		keys, _ = findArrow(text, row)
	}
	copied, next := 0, -1
	for i := 0; i < len(text); {
		// Nothing begins within a word but numbers.
		if i > 0 && scan.IsLetter(text[i]) && scan.IsAlnum(text[i-1]) {
			i++
			continue
		}
		if next < i {
			next = own.seek(text, i)
		}
		n, mask := keys.at(i)
		if n == 0 {
			n, mask = own.at(i)
		}
		if n == 0 {
			n, mask = own.reference(text, i)
		}
		if n == 0 {
			// What the row knows of itself goes before what looks like an id,
			// so no id may reach into it.
			n, mask = maskAt(text[:keys.limit(i, next)], i)
		}
		if mask != "" {
			dst = append(append(dst, text[copied:i]...), mask...)
			copied = i + n
		}
		i += n
	}
	return append(dst, text[copied:]...)
}

// ownValues are the values of the row. Its methods are asked for ever higher
// places of one text.
type ownValues [3]ownValue

// seek returns the first place from i on of any of the values, len(text) where
// there is none.
func (own *ownValues) seek(text []byte, i int) int {
	next := len(text)
	for k := range own {
		if own[k].next < i {
			own[k].find(text, i)
		}
		next = min(next, own[k].next)
	}
	return next
}

// at returns the length and mask of the value that stands at i, 0 where there
// is none.
func (own *ownValues) at(i int) (n int, mask string) {
	for k := range own {
		if own[k].next == i {
			return len(own[k].value), own[k].mask
		}
	}
	return 0, ""
}

// reference returns the length and mask of the ARN or URL at i. It ends at
// white space, a quote or a bracket that is not in the row's own key, and not
// in the punctuation of the sentence. It looks ahead, so own is a copy.
func (own ownValues) reference(text []byte, i int) (n int, mask string) {
	if i > 0 && scan.IsAlnum(text[i-1]) {
		return 0, ""
	}
	rest := text[i:]
	switch c := rest[0]; {
	case c != 'a' && c != 'h' && c != 's':
		return 0, ""
	case bytes.HasPrefix(rest, []byte("arn:")):
		mask = "<arn>"
	case bytes.HasPrefix(rest, []byte("http://")), bytes.HasPrefix(rest, []byte("https://")),
		bytes.HasPrefix(rest, []byte("s3://")), bytes.HasPrefix(rest, []byte("s3a://")):
		mask = "<id>"
	default:
		return 0, ""
	}
	if i > 0 && (text[i-1] == '"' || text[i-1] == '`') && mask == "<arn>" {
		// A key in it may have blanks and brackets; the quote closes it.
		if n := bytes.IndexByte(rest, text[i-1]); n > 0 && bytes.IndexByte(rest[:n], '\n') < 0 {
			return n, mask
		}
	}
	for n < len(rest) && bytes.IndexByte([]byte(" \t\r\n\"'`<>()[]{},;"), rest[n]) < 0 {
		own.seek(text, i+n)
		o, _ := own.at(i + n)
		n += max(o, 1)
	}
	return len(bytes.TrimRight(rest[:n], ".:")), mask
}

// ownValue is a value of the row and its next place in the text.
type ownValue struct {
	value []byte
	mask  string
	next  int // len(text) where there is none
}

// find finds the value from i on where it stands as a word. A value that is a
// word, as a bucket named "bucket" is, has to be in quotes.
func (o *ownValue) find(text []byte, i int) {
	o.next = len(text)
	for len(o.value) > 0 {
		n := bytes.Index(text[i:], o.value)
		if n < 0 {
			return
		}
		start, end := i+n, i+n+len(o.value)
		if (start == 0 || !scan.IsAlnum(text[start-1])) && (end == len(text) || !scan.IsAlnum(text[end])) &&
			(!isPlainWord(o.value) || start > 0 && bytes.IndexByte([]byte("'\"`"), text[start-1]) >= 0) {
			o.next = start
			return
		}
		i = start + 1
	}
}

func isPlainWord(b []byte) bool {
	for _, c := range b {
		if !scan.IsLetter(c) {
			return false
		}
	}
	return true
}
