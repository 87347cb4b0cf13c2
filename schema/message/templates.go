package message

import "bytes"

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
