package count

import (
	"bytes"
	"slices"
)

// token is a part of a message that differs from row to row and says nothing of the cause.
type token struct {
	kind       tokenKind
	start, end int // in the message
}

// tokenKind says what bytes a token has.
type tokenKind byte

const (
	tokenUUID   tokenKind = iota // in small letters
	tokenTime                    // as Lambda writes it, 2024-03-02T22:49:15.147Z
	tokenID                      // 16 capitals and digits
	tokenBase64                  // of 20 characters or more
	tokenLine                    // a number of digits
)

// maxTokens is the most tokens that are looked for in a message.
const maxTokens = 8

// The lengths of tokens, and the shortest of base64.
const (
	uuidSize       = len("1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4")
	timeSize       = len("2023-03-02T22:49:15.147Z")
	idSize         = len("255PE4D1KA78BMFV")
	shortestBase64 = 20
)

// What stands before tokens.
var (
	lambdaPrefix = []byte("Lambda returned function error: ")
	timeOut      = []byte(`{"errorMessage":"`)
	requestLabel = []byte(`"requestId":"`)
	lineLabel    = []byte(", line ")
	sdkLabel     = []byte("Request ID: ")
)

// findTokens appends the tokens of a message in their order. It need not find all.
func findTokens(tokens []token, msg []byte) []token {
	if !bytes.HasPrefix(msg, lambdaPrefix) {
		return labelled(tokens, msg, 0, sdkLabel)
	}
	at := len(lambdaPrefix)
	if bytes.HasPrefix(msg[at:], timeOut) {
		at += len(timeOut)
		if t := tokenAt(msg, at); t.end > 0 && t.kind == tokenTime {
			tokens = append(tokens, t)
			at = t.end + 1
			if t := tokenAt(msg, at); t.end > 0 && t.kind == tokenUUID {
				tokens = append(tokens, t)
				at = t.end
			}
		}
	}
	n := len(tokens)
	tokens = labelled(tokens, msg, at, requestLabel)
	if len(tokens) > n {
		at = tokens[len(tokens)-1].end
	}
	return labelled(tokens, msg, at, lineLabel)
}

// labelled appends the tokens behind the labels in a message from a place on.
func labelled(tokens []token, msg []byte, at int, label []byte) []token {
	for len(tokens) < maxTokens && at < len(msg) {
		i := bytes.Index(msg[at:], label)
		if i < 0 {
			break
		}
		at += i + len(label)
		if t := tokenAt(msg, at); t.end > 0 {
			tokens = append(tokens, t)
			at = t.end
		}
	}
	return tokens
}

// tokenAt returns the token that begins at a place and ends where no letter and no digit
// follows; its end is 0 where there is none.
func tokenAt(msg []byte, at int) token {
	if at >= len(msg) {
		return token{}
	}
	rest := msg[at:]
	n := 0
	for n < len(rest) && sorts[rest[n]]&anyBase64 != 0 {
		n++
	}
	switch {
	case n == len("2023") && isTime(rest):
		return token{tokenTime, at, at + timeSize}
	case n == len("1fc4f79b") && isUUID(rest):
		return token{tokenUUID, at, at + uuidSize}
	case n == idSize && all(rest[:n], capital|digit):
		return token{tokenID, at, at + n}
	case n >= shortestBase64:
		return token{tokenBase64, at, at + n}
	case 0 < n && n < len("2023") && all(rest[:n], digit):
		return token{tokenLine, at, at + n}
	}
	return token{}
}

// The sorts of bytes that tokens have.
const (
	digit = 1 << iota
	hexLetter
	small
	capital
	other
	anyBase64 = digit | hexLetter | small | capital | other
)

var sorts = func() (table [256]byte) {
	for c := range table {
		switch c := byte(c); {
		case '0' <= c && c <= '9':
			table[c] = digit
		case 'a' <= c && c <= 'f':
			table[c] = hexLetter
		case 'g' <= c && c <= 'z':
			table[c] = small
		case 'A' <= c && c <= 'Z':
			table[c] = capital
		case c == '+' || c == '/' || c == '=':
			table[c] = other
		}
	}
	return table
}()

func all(b []byte, of byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return sorts[c]&of == 0 })
}

// isUUID reports whether b begins with a UUID in small letters.
func isUUID(b []byte) bool {
	if len(b) < uuidSize || len(b) > uuidSize && sorts[b[uuidSize]] != 0 {
		return false
	}
	for i, c := range b[:uuidSize] {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if sorts[c]&(digit|hexLetter) == 0 {
				return false
			}
		}
	}
	return true
}

// isTime reports whether b begins with a time. It takes none of the last days of a month,
// which not every month has.
func isTime(b []byte) bool {
	const form = "dddd-dd-ddTdd:dd:dd.dddZ"
	if len(b) < timeSize || len(b) > timeSize && sorts[b[timeSize]] != 0 {
		return false
	}
	for i, c := range b[:timeSize] {
		if form[i] == 'd' && sorts[c] != digit || form[i] != 'd' && form[i] != c {
			return false
		}
	}
	two := func(i, low, high int) bool {
		n := int(b[i]-'0')*10 + int(b[i+1]-'0')
		return low <= n && n <= high
	}
	return b[0] != '0' && two(5, 1, 12) && two(8, 1, 28) && two(11, 0, 23) && two(14, 0, 59) && two(17, 0, 59)
}

// withOtherTokens appends a message with other tokens of the same kinds.
func withOtherTokens(to, msg []byte, tokens []token) []byte {
	to = append(to, msg...)
	for _, t := range tokens {
		for i := t.start; i < t.end; i++ {
			to[i] = t.kind.other(to[i], i-t.start)
		}
	}
	return to
}

// other returns another byte that a token can have in place of one.
func (k tokenKind) other(c byte, place int) byte {
	d := (c - '0') % 10
	switch {
	case k == tokenTime && sorts[c] == digit && place == 3: // of the years
		return '0' + (d+1)%10
	case k == tokenTime && sorts[c] == digit && place >= len("2023-03-02T22:49:15."):
		return '0' + (d+1)%10
	case k == tokenTime:
		return c
	case k == tokenLine:
		return '0' + (d+1)%10
	case k == tokenUUID && sorts[c] == digit:
		return 'a' + d%6
	case sorts[c] == digit:
		return 'A' + d
	case sorts[c]&(hexLetter|small) != 0:
		return '0' + (c-'a')%10
	case sorts[c] == capital && k == tokenBase64:
		return 'a' + c - 'A'
	case sorts[c] == capital:
		return '0' + (c-'A')%10
	}
	return c
}
