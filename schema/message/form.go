package message

import (
	"bytes"

	"batchreport/schema"
)

// A form is one of the ways in which a ResultMessage, or a text in it, says something.
// The table of them is in forms.go.
type form struct {
	kind Kind
	// place is where the form may stand.
	place place
	// mark is a byte that every text of the form holds; 0 where there is none. Few texts
	// hold many of the marks, so that most forms are ruled out without being looked for.
	mark byte
	// find begins every text of a form that is whole, and stands in every other.
	find string
	// sought is find as Parser looks for it.
	sought []byte
	// opens are the bytes that a whole message of the form may begin with; empty for the
	// first of find.
	opens string
	// whole takes a message, if it is of the form, and fills the columns.
	whole func(p *Parser, msg []byte) bool
	// read reads a form that stands anywhere, at the place where find was found.
	// Where it fails it has done a bounded amount of work.
	read func(f *finding, text []byte, at int) bool
	// fills are the columns that the form fills beside result_kind, result_text,
	// result_template and result_json.
	fills []schema.Column
	// example is a message of the form.
	example string
}

// place is where a form may stand.
type place uint8

const (
	// message: it is a whole ResultMessage, or a whole text in a payload.
	message place = iota
	// anywhere: it stands in a ResultMessage or in a text of a payload, behind
	// anything and before anything, in another form too.
	anywhere
)

// finding is what a form says, as parts of a text.
type finding struct {
	sentence []byte // for people; nil for none

	kind      Kind // where it is not that of the form
	isPlain   bool // the sentence holds no form
	isChecked bool // ids and codes are such, or nil
	stop      bool // no other place can be of the form

	service, operation, code  []byte
	status, attempts          schema.Int
	request, host             []byte
	errorType, trace, message []byte
}

// deepest is how many forms may stand in one another: a library's in a service's in
// another service's in that of who tells.
const deepest = 4

// errorText splits a text that may hold forms, one in the other, and returns the
// outermost's kind and the innermost's sentence. A form fills only columns that are
// still null, so the outermost decides.
func (p *Parser) errorText(text []byte) (Kind, []byte) {
	kind := KindText
	for range deepest {
		f := &p.found
		found := p.find(text, f)
		if found == nil {
			break
		}
		p.fill(f)
		if found.kind == KindText {
			break // it fills columns and is no more than a part of a sentence
		}
		if kind == KindText {
			if kind = found.kind; f.kind != KindEmpty {
				kind = f.kind
			}
		}
		if text = f.sentence; f.isPlain {
			break
		}
	}
	return kind, null(text)
}

// find returns the first form of the table that is found in text, nil for none.
func (p *Parser) find(text []byte, f *finding) *form {
	if len(text) == 0 {
		return nil
	}
	// Most texts begin with a form, or are of the first, or have no mark.
	if form := p.begins[text[0]]; form != nil && len(text) >= len(form.find) && string(text[:len(form.find)]) == form.find {
		if *f = (finding{}); form.read(f, text, 0) {
			return form
		}
	}
	if form := &p.anywhere[0]; form.search(text, f) {
		return form
	}
	marks := marksIn(text)
	if marks == 0 {
		return nil
	}
	for i := range p.anywhere[1:] {
		if form := &p.anywhere[1+i]; marks&markBits[form.mark] != 0 && form.search(text, f) {
			return form
		}
	}
	return nil
}

// search reads the form at the first place in text where it is.
func (form *form) search(text []byte, f *finding) bool {
	for at := 0; ; at += len(form.find) {
		n := bytes.Index(text[at:], form.sought)
		if n < 0 {
			return false
		}
		at += n
		if *f = (finding{}); form.read(f, text, at) {
			return true
		}
		if f.stop {
			return false
		}
	}
}

// markBits has a bit for each byte that can be the mark of a form.
var markBits = func() (t [256]uint8) {
	for i, c := range []byte("([:;{<\n\t") {
		t[c] = 1 << i
	}
	return t
}()

// marksIn returns the marks that text holds.
func marksIn(text []byte) (marks uint8) {
	const short = 64
	if len(text) <= short {
		for _, c := range text {
			marks |= markBits[c]
		}
		return marks
	}
	for _, c := range [...]byte{'(', '[', ':', ';', '{', '<', '\n', '\t'} {
		if bytes.IndexByte(text, c) >= 0 {
			marks |= markBits[c]
		}
	}
	return marks
}

// fill fills the columns that are null. Where there is a request id, what is found is
// of another request.
func (p *Parser) fill(f *finding) {
	m := p.m
	if f.errorType != nil {
		setNull(&m.ErrorType, f.errorType)
	}
	if f.trace != nil {
		setNull(&m.StackTrace, f.trace)
	}
	if m.RequestID != nil {
		return
	}
	if !f.isChecked {
		f.service, f.operation, f.code, f.request, f.host = id(f.service), id(f.operation), id(f.code), id(f.request), id(f.host)
	}
	setNull(&m.Service, f.service)
	setNull(&m.Operation, f.operation)
	setNull(&m.ServiceErrorCode, f.code)
	setNull(&m.RequestID, f.request)
	setNull(&m.ExtendedRequestID, f.host)
	// The SDKs say 0 where there was no answer.
	if !m.ServiceStatusCode.Valid && f.status.Value != 0 {
		m.ServiceStatusCode = f.status
	}
	if !m.Attempts.Valid {
		m.Attempts = f.attempts
	}
}
