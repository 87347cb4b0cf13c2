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

// templates makes templates and keeps those of texts without a value of their
// row: they follow from the text alone, and most rows that fail have one of a
// dozen texts.
type templates struct {
	last []byte // the template of a text that is not kept
	kept [256]keptTemplate
}

type keptTemplate struct{ text, template []byte }

// of returns the template of text, which holds until the next.
func (t *templates) of(text []byte, row Row) []byte {
	const longest = 256 // so that all that are kept stay below maxScratch
	if len(text) == 0 || len(text) > longest || row.within(text) {
		t.last = appendTemplate(t.last[:0], text, row)
		return t.last
	}
	hash := uint(len(text))
	for _, c := range text[:min(len(text), 16)] {
		hash = hash*31 + uint(c)
	}
	k := &t.kept[hash%uint(len(t.kept))]
	if !bytes.Equal(k.text, text) {
		k.text = append(k.text[:0], text...)
		k.template = appendTemplate(k.template[:0], text, row)
	}
	return k.template
}

// within tells whether a value of the row stands in text, be it in a word.
func (r *Row) within(text []byte) bool {
	for _, value := range [...][]byte{r.Key, r.Bucket, r.VersionID} {
		if len(value) > 0 && bytes.Contains(text, value) {
			return true
		}
	}
	return false
}

func (t *templates) trim() {
	if cap(t.last) > maxScratch {
		t.last = []byte{}
	}
}

// An arrow is what stands on both sides of one, as in 'photos/a.jpg --> backup/a.jpg': a
// copy's source and its target. Of these, the row's own key is at most one, and the other
// differs from row to row as much.
type arrow struct{ left, right span }

// findArrow finds the first arrow between two keys in text; ok is false where there is
// none. They are taken for keys where they are in quotes together, where one has the
// row's key or bucket in it, or where both have slashes.
func findArrow(text []byte, row Row) (a arrow, ok bool) {
	for _, sign := range [...]string{" --> ", " -> ", " => "} {
		at := bytes.Index(text, []byte(sign))
		if at < 0 {
			continue
		}
		before, after := text[:at], text[at+len(sign):]
		a.left = span{bytes.LastIndexAny(before, " \t\n'\"`([") + 1, at}
		a.right = span{at + len(sign), len(text)}
		if n := bytes.IndexAny(after, " \t\r\n'\"`)],;"); n >= 0 {
			a.right.end = a.right.start + n
		}
		quoted := false
		if open := bytes.LastIndexAny(before, "'\"`\n"); open >= 0 && before[open] != '\n' {
			if n := bytes.IndexByte(after, before[open]); n >= 0 && bytes.IndexByte(after[:n], '\n') < 0 {
				quoted = true
				a.left.start, a.right.end = open+1, a.right.start+n
			}
		}
		left, right := text[a.left.start:a.left.end], text[a.right.start:a.right.end]
		if len(left) == 0 || len(right) == 0 {
			continue
		}
		own := row.within(left) || row.within(right)
		if own || quoted && sign == " --> " || bytes.IndexByte(left, '/') >= 0 && bytes.IndexByte(right, '/') >= 0 {
			return a, true
		}
	}
	return arrow{}, false
}

// at returns the length and mask of the side that begins at i, 0 where none does.
func (a *arrow) at(i int) (n int, mask string) {
	for _, side := range [...]span{a.left, a.right} {
		if side.start == i && side.end > i {
			return side.end - i, "<key>"
		}
	}
	return 0, ""
}

// limit returns where what is masked from i on has to end, to leave the sides alone.
func (a *arrow) limit(i, end int) int {
	for _, side := range [...]span{a.left, a.right} {
		if side.end > side.start && side.start > i {
			end = min(end, side.start)
		}
	}
	return end
}
