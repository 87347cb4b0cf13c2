package schema

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// Extract is a column made of a field of JSON payloads, of those that a Lambda
// function returned for example.
type Extract struct {
	Name string
	Type arrow.DataType // string, int64, float64 or timestamp[ms, UTC]

	text string // what it was parsed from
	path []step
}

// step goes from a value to one in it: a member of an object, or an element of
// an array where member is nil.
type step struct {
	member  []byte
	element int
}

var extractTypes = map[string]arrow.DataType{"string": text, "int64": int64s, "float64": float64s, "timestamp": timestamp}

var (
	_ encoding.TextMarshaler   = Extract{}
	_ encoding.TextUnmarshaler = (*Extract)(nil)
)

// ParseExtract parses COLUMN=JSONPATH[:TYPE], such as size=$.bytes:int64. The
// path is `$`, then .name, ."name", ['name'], ["name"] or [n], n from 0, as DuckDB,
// Athena and Spark write it; whatever else JSONPath has is an error. The type is string
// (the default), int64, float64 or timestamp.
func ParseExtract(s string) (Extract, error) {
	name, path, ok := strings.Cut(s, "=")
	if !ok {
		return Extract{}, fmt.Errorf("extract %q: not of the form COLUMN=JSONPATH[:TYPE]", s)
	}
	if !isColumnName(name) {
		return Extract{}, fmt.Errorf("extract %q: a column is named by lower-case letters, digits and _, with a letter first", s)
	}
	if _, err := ParseColumn(name, append(AllColumns(), ReportDate)); err == nil {
		return Extract{}, fmt.Errorf("extract %q: the table has a column %s already", s, name)
	}
	steps, typeName, err := parsePath(path)
	if err != nil {
		return Extract{}, fmt.Errorf("extract %q: %w", s, err)
	}
	t, ok := extractTypes[typeName]
	if !ok {
		return Extract{}, fmt.Errorf("extract %q: type %q is none of string, int64, float64, timestamp%s", s, typeName, DidYouMean(typeName, "string", "int64", "float64", "timestamp"))
	}
	return Extract{Name: name, Type: t, text: s, path: steps}, nil
}

func isColumnName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || i > 0 && (isDigit(c) || c == '_')) {
			return false
		}
	}
	return s != ""
}

// parsePath parses JSONPATH[:TYPE].
func parsePath(s string) (path []step, typeName string, err error) {
	rest, ok := strings.CutPrefix(s, "$")
	if !ok {
		return nil, "", errors.New("the path does not begin with $")
	}
	for rest != "" {
		var next step
		switch {
		case rest[0] == ':':
			return path, rest[1:], nil
		case rest[0] == '.':
			next.member, rest, err = parseName(rest[1:])
		case rest[0] == '[':
			next, rest, err = parseBracket(rest[1:])
		default:
			err = fmt.Errorf("%q is no step of a path", rest)
		}
		if err != nil {
			return nil, "", err
		}
		path = append(path, next)
	}
	return path, "string", nil
}

// parseName parses what follows a dot: a name, in quotes as DuckDB has it where it
// holds what means something in a path.
func parseName(s string) (name []byte, rest string, err error) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		name, rest, err = parseQuoted(s)
		if err == nil && rest != "" && strings.IndexByte(".[:", rest[0]) < 0 {
			err = fmt.Errorf("%q follows the closing quote of a name", rest)
		}
		return name, rest, err
	}
	plain := s[:strings.IndexAny(s+".", ".[:")]
	switch {
	case plain == "" && strings.HasPrefix(s, "."):
		return nil, "", errors.New("a name is missing after a dot; .., which looks at any depth, is not supported")
	case plain == "":
		return nil, "", errors.New("a name is missing after a dot")
	case plain == "*" || plain == "**":
		return nil, "", fmt.Errorf("%s, which stands for all members, is not supported: a path leads to one value; a name of this kind is written [%q]", plain, plain)
	case strings.HasSuffix(plain, ")") && strings.Contains(plain, "("):
		return nil, "", fmt.Errorf("the function %s is not supported; a name of this kind is written [%q]", plain, plain)
	case strings.ContainsAny(plain, "\"'\\*?@()]{}") || strings.ContainsFunc(plain, unicode.IsControl):
		return nil, "", fmt.Errorf("the name %s has to be quoted: [%q]", strconv.Quote(plain), plain)
	}
	return []byte(plain), s[len(plain):], nil
}

// parseBracket parses what follows an opening bracket: the number of an element, or a
// name in quotes.
func parseBracket(s string) (next step, rest string, err error) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		next.member, rest, err = parseQuoted(s)
		if err != nil {
			return step{}, "", err
		}
		rest, closed := strings.CutPrefix(rest, "]")
		switch {
		case !closed && strings.HasPrefix(rest, ","):
			return step{}, "", errors.New("several names in brackets are not supported: a path leads to one value")
		case !closed:
			return step{}, "", fmt.Errorf("a bracket is not closed before %q", rest)
		}
		return next, rest, nil
	}
	inside, rest, closed := strings.Cut(s, "]")
	n, err := strconv.ParseUint(inside, 10, 31)
	switch {
	case !closed:
		return step{}, "", errors.New("a bracket is not closed")
	case err == nil:
		return step{element: int(n)}, rest, nil
	case inside == "*":
		return step{}, "", errors.New("[*], which stands for all elements, is not supported: a path leads to one value")
	case strings.HasPrefix(inside, "?"), strings.HasPrefix(inside, "("), strings.HasPrefix(inside, "@"):
		return step{}, "", fmt.Errorf("the filter [%s] is not supported: a path leads to one value", inside)
	case strings.HasPrefix(inside, "#"), strings.HasPrefix(inside, "-"), strings.Contains(inside, "last"):
		return step{}, "", fmt.Errorf("[%s], counted from the end, is not supported: elements are counted from 0", inside)
	case strings.Trim(inside, "0123456789:, ") == "" && strings.ContainsAny(inside, ":,"):
		return step{}, "", fmt.Errorf("several elements, [%s], are not supported: a path leads to one value", inside)
	default:
		return step{}, "", fmt.Errorf("%q is neither a number nor a quoted name in brackets", inside)
	}
}

// parseQuoted parses a name in quotes of either kind. In it a backslash stands before
// a quote or another backslash.
func parseQuoted(s string) (name []byte, rest string, err error) {
	name = []byte{}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			return name, s[i+1:], nil
		case c == '\\' && i+1 < len(s) && strings.IndexByte("\\\"'", s[i+1]) >= 0:
			i++
			name = append(name, s[i])
		case c == '\\':
			return nil, "", fmt.Errorf("in %q a backslash stands before neither a quote nor a backslash: a backslash in a name is written twice", s)
		default:
			name = append(name, c)
		}
	}
	return nil, "", fmt.Errorf("the quote of %q is not closed", s)
}

// String returns what the extract was parsed from.
func (e Extract) String() string { return e.text }

// MarshalText implements encoding.TextMarshaler.
func (e Extract) MarshalText() ([]byte, error) { return []byte(e.text), nil }

// UnmarshalText implements encoding.TextUnmarshaler. Of what an older version has
// taken, and commit records hold, and this one does not take, name and type are read:
// the column was null everywhere, as there is no such step.
func (e *Extract) UnmarshalText(b []byte) (err error) {
	*e, err = ParseExtract(string(b))
	if err == nil {
		return nil
	}
	name, path, ok := strings.Cut(string(b), "=")
	if !ok || !isColumnName(name) || !strings.HasPrefix(path, "$") {
		return err
	}
	typeName := path[strings.LastIndexByte(path, ':')+1:]
	t, ok := extractTypes[typeName]
	if !ok {
		t = text
	}
	*e = Extract{Name: name, Type: t, text: string(b), path: []step{{element: math.MaxInt}}}
	return nil
}

// Find returns the value at the path in a valid JSON document, as it is written;
// nil where there is none, or null. Of members with the same name the last counts.
func (e *Extract) Find(doc []byte) []byte {
	for _, s := range e.path {
		if doc = s.in(bytes.TrimLeft(doc, jsonSpace)); doc == nil {
			return nil
		}
	}
	doc = bytes.TrimLeft(doc, jsonSpace)
	value := doc[:valueLength(doc)]
	if string(value) == "null" {
		return nil
	}
	return value
}

const jsonSpace = " \t\r\n"

// in returns what begins with the value that the step leads to.
func (s *step) in(doc []byte) (found []byte) {
	if len(doc) == 0 || s.member != nil && doc[0] != '{' || s.member == nil && doc[0] != '[' {
		return nil
	}
	rest := bytes.TrimLeft(doc[1:], jsonSpace)
	for n := 0; rest[0] != '}' && rest[0] != ']'; n++ {
		var name []byte
		if s.member != nil {
			name, rest = rest[:valueLength(rest)], rest[valueLength(rest):]
			rest = bytes.TrimLeft(rest, jsonSpace+":")
		}
		if s.member == nil && n == s.element || s.member != nil && bytes.Equal(unquoteJSON(name), s.member) {
			found = rest
		}
		rest = bytes.TrimLeft(rest[valueLength(rest):], jsonSpace+",")
	}
	return found
}

// valueLength returns the length of the JSON value at the start of doc.
func valueLength(doc []byte) int {
	depth := 0
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			for i++; doc[i] != '"'; i++ {
				if doc[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth > 0 {
				continue
			}
			if end := bytes.IndexAny(doc[i:], jsonSpace+",]}"); end >= 0 {
				return i + end
			}
			return len(doc)
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(doc)
}

// unquoteJSON returns the text of a JSON string.
func unquoteJSON(quoted []byte) []byte {
	if inside := quoted[1 : len(quoted)-1]; bytes.IndexByte(inside, '\\') < 0 {
		return inside
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return nil
	}
	return []byte(s)
}

// Text returns a value that Find has found as a string: the text of a JSON
// string, anything else as it is written. It is not ok where that is not UTF-8.
func (e *Extract) Text(value []byte) (s []byte, ok bool) {
	if value[0] == '"' {
		value = unquoteJSON(value)
	}
	return value, utf8.Valid(value)
}

// Int64 returns a value as an integer. It is not ok where it is none.
func (e *Extract) Int64(value []byte) (n int64, ok bool) {
	s, _ := e.Text(value)
	n, err := strconv.ParseInt(string(s), 10, 64)
	return n, err == nil
}

// Float64 returns a value as a finite number. It is not ok where it is none.
func (e *Extract) Float64(value []byte) (f float64, ok bool) {
	s, _ := e.Text(value)
	f, err := strconv.ParseFloat(string(s), 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// Millis returns a value, a time as RFC 3339 has it, in milliseconds since 1970
// UTC. It is not ok where it is none.
func (e *Extract) Millis(value []byte) (ms int64, ok bool) {
	s, _ := e.Text(value)
	t := parseTime(s)
	return t.Millis, t.Valid
}
