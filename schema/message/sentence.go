package message

import "bytes"

// What stands around a form is a class name, brackets and quotes of who tells of it, and
// a stack trace. The functions here take these off.

// before returns the sentence that ends at text[:end], where a form's own words begin,
// and the class name before it. closed is what follows these words: a quote there, or an
// open bracket in the text, shows where the sentence begins.
func before(text []byte, end int, closed byte) (sentence, class []byte) {
	s := bytes.TrimSuffix(text[:end], []byte(" "))
	if bytes.IndexByte(s, '\n') >= 0 { // which is faster than the last one
		if n := bytes.LastIndexByte(s, '\n'); endsTrace(s[:n]) {
			s = s[n+1:]
		}
	}
	if closed == '"' || closed == '\'' || closed == '`' {
		if n := openQuote(s, closed); n >= 0 {
			s = s[n+1:]
		}
	}
	if n := openBracket(s); n >= 0 {
		s = s[n+1:]
	}
	return cutClasses(bytes.TrimPrefix(s, []byte("Caused by: ")))
}

// behind returns the sentence that begins at text[start:], and the stack trace behind
// it. The words of the form begin at text[begin:]: a quote or a bracket before these is
// closed behind the sentence.
func behind(text []byte, begin, start int) (sentence, trace []byte) {
	s := text[start:]
	if n := traceStart(s); n >= 0 {
		s, trace = s[:n], trimLines(s[n:])
	}
	if begin > 0 {
		s = s[:closing(s, text[begin-1])]
	}
	return bytes.TrimRight(s, " \r\n"), trace
}

// closing returns where what open began ends in s.
func closing(s []byte, open byte) int {
	switch open {
	case '\'', '"', '`':
		for i := 0; ; i++ { // the first quote that can only be that one
			n := bytes.IndexByte(s[i:], open)
			if n < 0 {
				return len(s)
			}
			if i += n; i+1 == len(s) || bytes.IndexByte([]byte("),]}\n"), s[i+1]) >= 0 {
				return i
			}
		}
	case '(', '[', '{', '<':
		depth := 0
		for i, c := range s {
			switch c {
			case open:
				depth++
			case closer(open):
				if depth == 0 {
					return i
				}
				depth--
			}
		}
	}
	return len(s)
}

func closer(open byte) byte {
	if open == '(' {
		return ')'
	}
	return open + 2
}

// openQuote returns the place of the quote that opens what a form stands in, -1 where
// there is none: the first that begins a word.
func openQuote(s []byte, quote byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(s[i:], quote)
		if n < 0 {
			return -1
		}
		if i += n; i == 0 || bytes.IndexByte([]byte(" \t\n([{:,="), s[i-1]) >= 0 {
			return i
		}
	}
}

// openBracket returns the place of the last bracket that nothing closes, or -1.
func openBracket(s []byte) int {
	if bytes.IndexByte(s, '(') < 0 && bytes.IndexByte(s, '[') < 0 {
		return -1
	}
	var round, square int
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ')':
			round++
		case ']':
			square++
		case '(':
			if round--; round < 0 {
				return i
			}
		case '[':
			if square--; square < 0 {
				return i
			}
		}
	}
	return -1
}

// cutClasses cuts class names, each with a colon behind it, off the start of s, and
// returns the last of them: java.lang.RuntimeException wraps an exception of an SDK.
func cutClasses(s []byte) (rest, class []byte) {
	for {
		n := 0
		for n < len(s) && s[n] > ' ' && s[n] != ':' {
			n++
		}
		if n+1 >= len(s) || s[n] != ':' || s[n+1] != ' ' && s[n+1] != '\n' || classLength(s[:n]) != n {
			return s, class
		}
		class, s = s[:n], s[n+2:]
	}
}

// classLength returns the length of the class name that s begins with, 0 where it begins
// with none: a word that ends in Exception or Error, or one with dots whose last part
// begins with a capital.
func classLength(s []byte) int {
	n, last := 0, 0
	for n < len(s) && (isWordByte[s[n]] || n > 0 && (s[n] == '.' || s[n] == '$')) {
		if s[n] == '.' {
			last = n + 1
		}
		n++
	}
	name := s[:n]
	if last == n || n > longestID {
		return 0
	}
	if last > 0 && 'A' <= name[last] && name[last] <= 'Z' || bytes.HasSuffix(name, []byte("Exception")) || bytes.HasSuffix(name, []byte("Error")) {
		return n
	}
	return 0
}

// traceStart returns where the stack trace begins in s, with the line end before it, -1
// where there is none. Empty lines before it are its own.
func traceStart(s []byte) int {
	for i := 0; i < len(s); {
		n := bytes.IndexByte(s[i:], '\n')
		if n < 0 {
			return -1
		}
		i += n
		if line := bytes.TrimLeft(s[i:], "\r\n"); isTraceLine(line) {
			return i
		}
		i++
		for i < len(s) && (s[i] == '\r' || s[i] == '\n') {
			i++
		}
	}
	return -1
}

// endsTrace tells whether s ends in a stack trace: the last line of Python's is code.
func endsTrace(s []byte) bool {
	last := lastLine(bytes.TrimRight(s, "\r\n"))
	return len(last) > 0 && (last[0] == ' ' || last[0] == '\t' || isTraceLine(last))
}

// traceBehind returns the stack trace in what stands behind a form's own words; nil where
// there is none.
func traceBehind(rest []byte) []byte {
	if n := traceStart(rest); n >= 0 {
		return trimLines(rest[n:])
	}
	return nil
}

// traceBefore returns the stack trace before the line of a form's own words; nil where
// there is none.
func traceBefore(text []byte, begin int) []byte {
	if bytes.IndexByte(text[:begin], '\n') < 0 {
		return nil
	}
	line := bytes.LastIndexByte(text[:begin], '\n')
	if !endsTrace(text[:line]) {
		return nil
	}
	head := text[:line]
	if isTraceLine(head) {
		return trimLines(head)
	}
	if n := traceStart(head); n >= 0 {
		return trimLines(head[n:])
	}
	return nil
}

// classBefore returns the class name that stands right before text[at:], with a colon
// behind it or a bracket, as in ClientError('…'); nil where there is none.
func classBefore(text []byte, at int) []byte {
	s := lastLine(window(text[:at], max(0, at-2*longestID), 2*longestID))
	word, ok := bytes.CutSuffix(s, []byte(": "))
	if !ok {
		word = bytes.TrimRight(s, "'\"`")
		if word, ok = bytes.CutSuffix(word, []byte("(")); !ok {
			return nil
		}
	}
	word = word[bytes.LastIndexAny(word, " \t'\"`([{<:")+1:]
	if len(word) == 0 || classLength(word) != len(word) {
		return nil
	}
	return word
}

// wordEnd returns where a word, an id for example, ends that b begins with: at white
// space, a quote, a bracket or the punctuation of a sentence or a list.
func wordEnd(b []byte) int {
	n := 0
	for n < len(b) && b[n] > ' ' && b[n] < 0x7f && bytes.IndexByte([]byte("()[]{}<>,;\"'`"), b[n]) < 0 {
		n++
	}
	for n > 0 && (b[n-1] == '.' || b[n-1] == ':') {
		n--
	}
	return n
}

// isTraceLine tells whether a line is of a stack trace of Java, JavaScript, .NET, Python,
// Ruby or Go.
func isTraceLine(line []byte) bool {
	indented := bytes.TrimLeft(line, " \t")
	if len(indented) < len(line) {
		return hasAnyPrefix(indented, "at ", "File \"", "... ", "---", "--->", "from ", "[")
	}
	return hasAnyPrefix(line, "Traceback (most recent call last)", "During handling of the above exception", "The above exception was", "Caused by: ", "Suppressed: ", "goroutine ", "Stack trace:", "#0 ")
}

func hasAnyPrefix(b []byte, prefixes ...string) bool {
	for _, p := range prefixes {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}

// lastLine returns the last line of s.
func lastLine(s []byte) []byte { return s[bytes.LastIndexByte(s, '\n')+1:] }

// trimLines returns lines without the line ends around them.
func trimLines(s []byte) []byte { return bytes.Trim(s, "\r\n") }

// valueAt returns the value behind label in text[from:to], up to one of the bytes in
// stop; nil where there is no such label.
func valueAt(text []byte, label, stop string) []byte {
	n := bytes.Index(text, []byte(label))
	if n < 0 {
		return nil
	}
	value := text[n+len(label):]
	if end := bytes.IndexAny(value, stop); end >= 0 {
		value = value[:end]
	}
	return value
}

// window returns text[from:], at most so many bytes of it.
func window(text []byte, from, most int) []byte {
	return text[from:min(len(text), from+most)]
}
