package message

import (
	"cmp"
	"math/bits"

	"batchreport/schema"
	"batchreport/schema/internal/scan"
)

// Parser splits ResultMessages. It keeps scratch memory between calls,
// so each goroutine needs its own.
type Parser struct {
	wantAny, wantTemplate, wantJSON bool
	ignored                         [numFields]bool // fields that take time and fill columns that nobody wants

	messages  []form     // the forms of whole messages
	opened    [256]uint8 // which of these a message may be of, by its first byte
	anywhere  []form     // the others
	begins    [256]*form // of these, one that a text may begin with, by its first byte
	found     finding    // here, since the readers of forms are called by pointers
	inner     *Parser    // for a payload in a payload's text; nil until there is one
	isInner   bool
	within    Message // what it has found
	m         *Message
	walk      walker
	payload   payload
	text      []byte // decoded strings, what columns with escapes point into
	templates templates
}

// maxScratch is the scratch memory kept between messages: a report's longest
// ordinary messages, tracebacks, have some 10 KB.
const maxScratch = 1 << 20

// NewParser returns a parser for tables that have the columns that
// wanted reports; nil wants all. Template, and JSON where it has to be rendered
// from Python, stay nil where nobody wants them: these two cost more than all
// other columns together. StackTrace stays nil too, and OccurredAt and
// LastModified may. Where nobody wants any column that is split from a message,
// Parse does nothing.
func NewParser(wanted func(schema.Column) bool) *Parser {
	if wanted == nil {
		wanted = func(schema.Column) bool { return true }
	}
	p := &Parser{wantTemplate: wanted(schema.ResultTemplate), wantJSON: wanted(schema.ResultJSON)}
	for _, c := range schema.AllColumns() {
		p.wantAny = p.wantAny || wanted(c) && isSplit(c)
	}
	for _, f := range forms() {
		switch {
		case f.read != nil:
			f.sought = []byte(f.find)
			p.anywhere = append(p.anywhere, f)
		case f.whole != nil:
			for _, c := range []byte(cmp.Or(f.opens, f.find[:min(1, len(f.find))])) {
				p.opened[c] |= 1 << len(p.messages)
			}
			p.messages = append(p.messages, f)
		}
	}
	for i := range p.anywhere {
		if first := &p.begins[p.anywhere[i].find[0]]; *first == nil {
			*first = &p.anywhere[i]
		}
	}
	p.ignored[fieldTrace] = !wanted(schema.StackTrace)
	p.ignored[fieldTraceLine] = !wanted(schema.StackTrace)
	p.ignored[fieldHeaderDate] = !wanted(schema.OccurredAt)
	p.ignored[fieldLastModified] = !wanted(schema.LastModified)
	p.walk.p = p
	p.templates.last, p.payload.trace = []byte{}, []byte{} // nil is null, empty is not
	return p
}

// isSplit tells a column that is split from a message: those of the row are before
// them, and two have the message as it stands.
func isSplit(c schema.Column) bool {
	return c >= schema.ResultKind && c != schema.ResultMessage && c != schema.InvalidUTF8
}

// Parse splits msg, an unquoted ResultMessage, into m, whatever m held before.
// It takes any bytes: what no rule takes is KindText, and where msg is not
// UTF-8 the fields that hold the odd bytes are not UTF-8 either. It takes time
// in proportion to the message, however deep that nests.
// The slices of m hold until the next Parse and only as long as msg does.
func (p *Parser) Parse(m *Message, msg []byte, row Row) {
	if !p.wantAny {
		return
	}
	*m = Message{}
	p.m = m
	p.trim()
	if len(msg) == 0 {
		return
	}
	if isStatus(msg) { // first, since most tasks end so
		m.Kind, m.Text = KindStatus, msg
		if p.wantTemplate {
			m.Template = msg
		}
		return
	}
	if !p.whole(msg) {
		p.prose(msg)
	}
	if len(m.Text) >= shortestDenied {
		p.denied(m.Text)
	}
	if p.wantTemplate && m.Text != nil {
		m.Template = p.templates.of(m.Text, row)
	}
}

// whole takes a message that is of a form as a whole.
func (p *Parser) whole(msg []byte) bool {
	for set := p.opened[msg[0]]; set != 0; set &= set - 1 {
		f := &p.messages[bits.TrailingZeros8(set)]
		if f.find != "" && (len(msg) <= len(f.find) || string(msg[:len(f.find)]) != f.find) {
			continue
		}
		if f.whole(p, msg) {
			return true
		}
	}
	return false
}

// document takes a message that is a literal as a whole.
func (p *Parser) document(msg []byte) bool {
	if !opensLiteral(msg) {
		return false
	}
	if c := msg[skipSpace(msg, 0)]; c != '"' {
		return p.literal(msg, scopeTop) && p.payloadText()
	}
	// A Lambda that returns json.dumps(…) may be reported with the quotes of
	// a JSON string around its document: the document is the payload.
	inner, ok := p.walk.quoted(msg)
	return ok && opensLiteral(inner) && inner[skipSpace(inner, 0)] != '"' && p.literal(inner, scopeTop) && p.payloadText()
}

// payloadText takes the sentence of the error that a payload is, if it is one.
func (p *Parser) payloadText() bool {
	if s := p.payload.sentence; s != nil {
		kind, inner := p.errorText(s)
		if p.m.Text = inner; kind == KindText {
			p.m.Text = s
		}
	}
	return true
}

// opensLiteral tells whether a JSON or Python literal could start like b.
func opensLiteral(b []byte) bool {
	i := skipSpace(b, 0)
	if i == len(b) {
		return false
	}
	switch b[i] {
	case '{', '[', '(', '"':
		return true
	case 'N', 'O', 'd', 's', 'f': // None, OrderedDict, defaultdict, set, frozenset
		word := b[i : i+nameLength(b[i:])]
		return string(word) == "None" || isContainer(word)
	}
	return false
}

// literal takes b as JSON, and if it is not, as Python. What could be read of
// a literal that is neither stays in the columns: a message may have been cut.
func (p *Parser) literal(b []byte, top scope) bool {
	if first := skipSpace(b, skipSpace(b, 0)+1); first < len(b) && (b[first] == '\'' || b[first] == 'u') {
		return p.python(b, top) // {'a': 1} or [u'a']: no need to try JSON
	}
	if p.walk.json(b, top) {
		p.m.Kind, p.m.JSON = KindJSON, b
		if len(p.walk.notFinite) > 0 {
			p.m.JSON = p.walk.finite()
		}
		return true
	}
	asJSON, read := *p.m, p.walk.pos
	*p.m = Message{}
	if p.python(b, top) {
		return true
	}
	if p.walk.pos < read {
		*p.m = asJSON
	}
	return false
}

// python takes b as Python.
func (p *Parser) python(b []byte, top scope) bool {
	if !p.walk.python(b, top, p.wantJSON) {
		return false
	}
	p.m.Kind = KindPython
	if p.wantJSON {
		p.m.JSON = p.walk.out
	}
	return true
}

// prose takes an error's text, in the words of an SDK or of anybody else.
func (p *Parser) prose(msg []byte) {
	p.m.Kind, p.m.Text = p.errorText(msg)
	if p.m.Kind != KindText {
		return
	}
	if p.embedded(msg) {
		if p.m.Kind = p.within.Kind; p.wantJSON || p.m.Kind == KindJSON {
			p.m.JSON = p.within.JSON
		}
		return
	}
	p.m.Text = msg
}

// isStatus tells whether msg is the one word that a task without anything to
// say succeeds with; S3 writes Successful, success and Succeeded, and no
// promise covers their case.
func isStatus(msg []byte) bool {
	switch string(msg) {
	case "Successful", "success", "Succeeded":
		return true
	}
	return equalFold(msg, "successful") || equalFold(msg, "success") || equalFold(msg, "succeeded")
}

// equalFold tells whether b is lower, an ASCII text in lower case, whatever
// the case of b.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range b {
		if scan.ToLower(b[i]) != lower[i] {
			return false
		}
	}
	return true
}

// null returns nil for what stands for no value in a message.
func null(b []byte) []byte {
	if len(b) == 0 || string(b) == "null" {
		return nil
	}
	return b
}

// trim empties the scratch memory and drops what one huge message made it
// grow to.
func (p *Parser) trim() {
	if cap(p.text) > maxScratch {
		p.text = nil
	}
	p.templates.trim()
	p.text = p.text[:0]
	p.walk.trim()
}
