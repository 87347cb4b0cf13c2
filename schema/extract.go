package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema/internal/scan"
)

// Extract is a column made of a field of JSON payloads, of those that a Lambda
// function returned for example.
type Extract struct {
	Name string
	Type arrow.DataType // string, int64, float64 or timestamp[us, UTC]

	text string // what it was parsed from
	path []step
}

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
		if c := s[i]; !('a' <= c && c <= 'z' || i > 0 && (scan.IsDigit(c) || c == '_')) {
			return false
		}
	}
	return s != ""
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

// Micros returns a value, a time as RFC 3339 has it, in microseconds since 1970
// UTC, truncated to milliseconds. It is not ok where it is none.
func (e *Extract) Micros(value []byte) (us int64, ok bool) {
	s, _ := e.Text(value)
	ms, ok := scan.Millis(s)
	return Time{Millis: ms}.Micros(), ok
}
