package message

import "batchreport/schema/internal/scan"

// appendQuoted appends text as a JSON string, UTF-8 as it is.
func appendQuoted(dst, text []byte) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for {
		n := scan.PlainLength(text, '"')
		if n == len(text) {
			return append(append(dst, text...), '"')
		}
		dst = append(dst, text[:n]...)
		switch c := text[n]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		text = text[n+1:]
	}
}
