package scan

import "strconv"

// IsDigit reports whether c is an ASCII digit.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsLetter reports whether c is an ASCII letter.
func IsLetter(c byte) bool { return 'a' <= c|' ' && c|' ' <= 'z' }

// IsAlnum reports whether c is an ASCII letter or digit.
func IsAlnum(c byte) bool { return IsLetter(c) || IsDigit(c) }

// ToLower returns an ASCII letter in lower case, anything else as it is.
func ToLower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// Digits returns the number of digits that b starts with.
func Digits(b []byte) int {
	i := 0
	for i < len(b) && IsDigit(b[i]) {
		i++
	}
	return i
}

// AppendPadded appends n with zeros before it up to width digits.
func AppendPadded(dst []byte, n, width int) []byte {
	for limit := 10; width > 1; width-- {
		if n < limit {
			for range width - 1 {
				dst = append(dst, '0')
			}
			break
		}
		limit *= 10
	}
	return strconv.AppendInt(dst, int64(n), 10)
}
