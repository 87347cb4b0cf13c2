package schema

// appendTemplate stub
func appendTemplate(dst, text []byte, row Row) []byte { return append(dst, text...) }
