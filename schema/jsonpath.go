package schema

import (
	"encoding"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"
)

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
