package message

import "bytes"

// isContainer tells whether a call of that name is a dict or a set.
func isContainer(name []byte) bool {
	switch string(name) {
	case "OrderedDict", "defaultdict", "set", "frozenset":
		return true
	}
	return false
}

// call reads a call, the form in which Python writes most of what has no
// literal. Containers are opened for what is in them, values with a form of
// their own in JSON get it, and any other call is its source.
func (w *walker) call(name []byte) (complete, ok bool) {
	args := w.pos + len(name)
	if args == len(w.src) || w.src[args] != '(' {
		return false, false
	}
	args++
	switch string(name) {
	case "set", "frozenset":
		return w.openCall(args, "[]")
	case "bytearray":
		return w.openCall(args, `""`)
	case "OrderedDict":
		return w.openOrdered(args)
	case "defaultdict":
		return w.openDefault(args)
	case "datetime.datetime":
		if t, end := readDatetime(w.src, args); end > 0 {
			w.pos = end
			if w.field == fieldLastModified {
				w.p.m.LastModified = timeOf(t)
			}
			if w.render {
				w.out = append(t.Append(append(w.out, '"')), '"')
			}
			return true, true
		}
	case "datetime.date":
		if t, end := readDate(w.src, args); end > 0 {
			w.pos = end
			if w.render {
				w.out = append(t.AppendDate(append(w.out, '"')), '"')
			}
			return true, true
		}
	case "datetime.time":
		if t, end := readTimeOfDay(w.src, args); end > 0 {
			w.pos = end
			if w.render {
				w.out = append(t.AppendTimeOfDay(append(w.out, '"')), '"')
			}
			return true, true
		}
	case "Decimal", "UUID":
		if ok := w.quotedArgument(args, string(name) == "Decimal"); ok {
			return true, true
		}
	}
	end := closingParen(w.src, args)
	if end < 0 {
		return false, false
	}
	w.source(end)
	return true, true
}

// openCall goes on with the only argument of a call.
func (w *walker) openCall(args int, empty string) (complete, ok bool) {
	w.pos = args
	if w.pos < len(w.src) && w.src[w.pos] == ')' {
		w.pos++
		if w.render {
			w.out = append(w.out, empty...)
		}
		return true, true
	}
	w.stack = append(w.stack, frame{in: inCall})
	return false, true
}

// openOrdered opens OrderedDict([(key, value), …]) or, since Python 3.12,
// OrderedDict({key: value, …}).
func (w *walker) openOrdered(args int) (complete, ok bool) {
	if complete, _ := w.openCall(args, "{}"); complete {
		return true, true
	}
	w.space()
	if w.pos == len(w.src) || w.src[w.pos] != '[' {
		return false, true
	}
	w.open(inPair, '{')
	if w.closes(']') {
		return true, true
	}
	return false, w.pairKey()
}

// openDefault opens defaultdict(<class 'int'>, {key: value, …}) behind the
// factory.
func (w *walker) openDefault(args int) (complete, ok bool) {
	end := -1
	if bytes.HasPrefix(w.src[args:], []byte("...")) { // within itself
		end = args + len("...")
	} else if args < len(w.src) && w.src[args] == '<' {
		end = w.angled(args)
	} else if n := nameLength(w.src[args:]); n > 0 {
		end = args + n
		if end < len(w.src) && w.src[end] == '(' {
			end = closingParen(w.src, end+1)
		}
	}
	if end < 0 || end == len(w.src) || w.src[end] != ',' {
		return false, false
	}
	return w.openCall(end+1, "{}")
}

// quotedArgument reads the only argument of Decimal('1.5') or UUID('…').
func (w *walker) quotedArgument(args int, isNumber bool) bool {
	start := w.pos
	w.pos = args
	if !w.string() || w.pos == len(w.src) || w.src[w.pos] != ')' {
		w.pos = start
		return false
	}
	w.pos++
	isNumber = isNumber && len(w.str) > 0 && numberLength(w.str) == len(w.str)
	if isNumber && w.field != fieldNone {
		w.p.fillNumber(w.field, w.str)
	}
	switch {
	case !w.render:
	case isNumber:
		w.out = append(w.out, w.str...)
	default:
		w.out = appendQuoted(w.out, w.str)
	}
	return true
}

// closingParen returns the end of a call whose arguments begin at i, or -1.
func closingParen(src []byte, i int) int {
	for depth := 1; i < len(src); i++ {
		switch c := src[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
			if depth == 0 {
				return i + 1
			}
		case '\'', '"':
			for i++; i < len(src) && src[i] != c; i++ {
				if src[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}
