package schema

import "bytes"

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
	copied := 0
	for i := 0; i < len(text); {
		n, mask := own.at(text, i)
		if n == 0 {
			n, mask = own.reference(text, i)
		}
		if n == 0 {
			// What the row knows of itself goes before what looks like an id,
			// so no id may reach into it.
			n, mask = maskAt(text[:own.next()], i)
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

// at returns the length and mask of the value at i, 0 where there is none.
func (own *ownValues) at(text []byte, i int) (n int, mask string) {
	for k := range own {
		o := &own[k]
		if o.next < i {
			o.find(text, i)
		}
		if o.next == i && n == 0 && i < len(text) {
			n, mask = len(o.value), o.mask
		}
	}
	return n, mask
}

// next returns the next place of any value.
func (own *ownValues) next() int { return min(own[0].next, own[1].next, own[2].next) }

// reference returns the length and mask of the ARN or URL at i. It ends at
// white space, a quote or a bracket that is not in the row's own key, and not
// in the punctuation of the sentence.
func (own *ownValues) reference(text []byte, i int) (n int, mask string) {
	if i > 0 && isAlnum(text[i-1]) {
		return 0, ""
	}
	rest := text[i:]
	switch {
	case bytes.HasPrefix(rest, []byte("arn:")):
		mask = "<arn>"
	case bytes.HasPrefix(rest, []byte("http://")), bytes.HasPrefix(rest, []byte("https://")),
		bytes.HasPrefix(rest, []byte("s3://")), bytes.HasPrefix(rest, []byte("s3a://")):
		mask = "<id>"
	default:
		return 0, ""
	}
	for n < len(rest) && bytes.IndexByte([]byte(" \t\r\n\"'`<>()[]{},;"), rest[n]) < 0 {
		o, _ := own.at(text, i+n)
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
		if (start == 0 || !isAlnum(text[start-1])) && (end == len(text) || !isAlnum(text[end])) &&
			(!isPlainWord(o.value) || start > 0 && bytes.IndexByte([]byte("'\"`"), text[start-1]) >= 0) {
			o.next = start
			return
		}
		i = start + 1
	}
}

func isPlainWord(b []byte) bool {
	for _, c := range b {
		if !isLetter(c) {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool { return isLetter(c) || isDigit(c) }
