package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// maskAt returns the length of what stands at text[i] and its mask, which is
// empty for what stays:
//
//	<uuid>
//	<time>    a date and time (RFC 3339, RFC 9110), a date, a time of day
//	<id>      request ids, hashes, base64, addresses of memory
//	<number>  digits, with dots or commas between them, before a unit too
//
// Digits right behind a letter are part of a name, S3 or CRC64NVME, unless they
// are four or more.
func maskAt(text []byte, i int) (n int, mask string) {
	rest := text[i:]
	if rest[0] == ' ' {
		return 1, ""
	}
	if isTokenByte(rest[0]) && (i == 0 || !isTokenByte(text[i-1])) {
		if n := tokenLength(rest); isRandom(rest[:n]) {
			return n, "<id>"
		}
	}
	switch {
	case !scan.IsAlnum(rest[0]):
		return 1, ""
	case i > 0 && scan.IsAlnum(text[i-1]): // within a word
		n := scan.Digits(rest)
		if n >= 4 {
			return n, "<number>"
		}
		return max(n, 1), ""
	case scan.IsDigit(rest[0]):
		if n := timeLength(rest); n > 0 {
			return n, "<time>"
		}
	}
	word := rest[:wordLength(rest)]
	switch {
	case len(word) == len("2845ca0d") && uuidLength(rest) > 0:
		if n := uuidLength(rest); n == len(rest) || !scan.IsAlnum(rest[n]) {
			return n, "<uuid>"
		}
	case len(word) == len("Fri"):
		if _, n := scan.HTTPDate(rest); n > 0 {
			return n, "<time>"
		}
	}
	switch {
	case isHash(word):
		return len(word), "<id>"
	case scan.IsDigit(word[0]):
		return numberMask(rest, len(word))
	}
	return 1, ""
}

// numberMask masks a word of that length which begins with a digit.
func numberMask(b []byte, word int) (n int, mask string) {
	n = scan.Digits(b)
	if letters := word - n; letters > 3 || letters > 0 && bytes.ContainsAny(b[n:word], "0123456789") {
		return word, "<id>"
	}
	for n+1 < len(b) && (b[n] == '.' || b[n] == ',') && scan.IsDigit(b[n+1]) {
		n += 1 + scan.Digits(b[n+1:])
	}
	return n, "<number>"
}

// timeLength returns the length of the time that b starts with.
func timeLength(b []byte) int {
	if _, n := scan.ISO(b); n > 0 {
		return n
	}
	for _, layout := range [...]string{"0000-00-00", "00:00:00"} {
		if n := len(layout); scan.Matches(b, layout) && (n == len(b) || !scan.IsAlnum(b[n])) {
			return n
		}
	}
	return 0
}

func wordLength(b []byte) int {
	n := 0
	for n < len(b) && scan.IsAlnum(b[n]) {
		n++
	}
	return n
}

// isHash tells a word that is a hash or a request id: hex digits, eight or
// more, or upper case and digits, sixteen or more.
func isHash(word []byte) bool {
	if len(word) < 8 {
		return false
	}
	var digits, hexes, uppers int
	for _, c := range word {
		switch {
		case scan.IsDigit(c):
			digits++
			hexes++
			uppers++
		case isHex(c):
			hexes++
		}
		if 'A' <= c && c <= 'Z' {
			uppers++
		}
	}
	n := len(word)
	return digits < n && (hexes == n && digits > 0 || n >= 16 && uppers == n)
}

// A token is a run of the characters of base64, in both alphabets, and of
// version ids.
func isTokenByte(c byte) bool {
	switch c {
	case '+', '/', '=', '-', '_', '.':
		return true
	}
	return scan.IsAlnum(c)
}

func tokenLength(b []byte) int {
	n := 0
	for n < len(b) && isTokenByte(b[n]) {
		n++
	}
	for n > 0 && (b[n-1] == '.' || b[n-1] == '-') { // of the sentence
		n--
	}
	return n
}

// isCephID tells a request id of Ceph, tx00000000000000000003f-005f1b2c3d-10e6-default,
// which ends in the name of a zone.
func isCephID(token []byte) bool {
	const least = 18 // hex digits that no word has behind tx
	if len(token) < len("tx")+least || token[0] != 't' || token[1] != 'x' {
		return false
	}
	for _, c := range token[len("tx"):][:least] {
		if !isHex(c) {
			return false
		}
	}
	return true
}

// isClassName tells a name with dots whose parts are words: each begins with a letter, and
// after a capital or more come two small letters or more, as in Amazon.S3.AmazonS3Exception.
// In random letters, every other small one stands alone.
func isClassName(token []byte) bool {
	dots, small := 0, 0
	for i, c := range token {
		begins := i == 0 || token[i-1] == '.'
		switch {
		case c == '.':
			dots++
		case begins && !scan.IsLetter(c), !scan.IsAlnum(c) && c != '_':
			return false
		}
		if 'a' <= c && c <= 'z' {
			small++
			continue
		}
		if small == 1 && !(i >= 2 && (token[i-2] == '.' || scan.IsDigit(c))) {
			return false
		}
		small = 0
	}
	return dots > 0 && small > 1
}

// isRandom tells a token that nobody wrote. In base64 two of three neighbours
// are of different sorts (upper case, lower case, digits); in words and
// paths hardly one of five. A UUID gets a mask of its own, also in a path.
func isRandom(token []byte) bool {
	const shortest = 20 // request ids of 16 characters are taken by isHash
	if len(token) < shortest || isClassName(token) {
		return false
	}
	if isCephID(token) {
		return true
	}
	changes, digits, before := 0, 0, byte(0)
	for i, c := range token {
		if scan.IsAlnum(c) && (i == 0 || !scan.IsAlnum(token[i-1])) && uuidLength(token[i:]) > 0 {
			return false
		}
		sort := byte('.')
		switch {
		case scan.IsDigit(c):
			sort = '0'
			digits++
		case 'A' <= c && c <= 'Z':
			sort = 'A'
		case scan.IsLetter(c):
			sort = 'a'
		}
		if sort != before {
			changes++
		}
		before = sort
	}
	return digits > 0 && 5*changes >= 2*len(token)
}
