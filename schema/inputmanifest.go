package schema

import (
	"bytes"
	"errors"
)

// AppendManifestRow appends a row of a job's manifest, with its line end, as S3 Batch
// Operations reads it: bucket, key and, unless it is nil, version, in quotes where RFC
// 4180 wants them. The key is to be encoded already.
func AppendManifestRow(dst, bucket, key, version []byte) []byte {
	dst = appendField(dst, bucket)
	dst = appendField(append(dst, ','), key)
	if version != nil {
		dst = appendField(append(dst, ','), version)
	}
	return append(dst, '\n')
}

// appendField appends a field.
func appendField(dst, field []byte) []byte {
	if !bytes.ContainsAny(field, ",\"\r\n") {
		return append(dst, field...)
	}
	dst = append(dst, '"')
	for _, c := range field {
		if c == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

var (
	errOpenQuote = errors.New("a quote is not closed")
	errRowQuote  = errors.New("text follows the closing quote of a column")
)

// SplitRow appends the fields of a row of RFC 4180, without its line end, to fields. They
// are views of the row, in which doubled quotes have become one.
func SplitRow(fields [][]byte, row []byte) ([][]byte, error) {
	for {
		if len(row) == 0 || row[0] != '"' {
			i := bytes.IndexByte(row, ',')
			if i < 0 {
				return append(fields, row), nil
			}
			fields, row = append(fields, row[:i]), row[i+1:]
			continue
		}
		field, rest, err := cutQuoted(row[1:])
		if err != nil {
			return fields, err
		}
		fields = append(fields, field)
		if len(rest) == 0 {
			return fields, nil
		}
		if rest[0] != ',' {
			return fields, errRowQuote
		}
		row = rest[1:]
	}
}

// cutQuoted returns the field that begins behind its opening quote, and what follows its
// closing one.
func cutQuoted(b []byte) (field, rest []byte, err error) {
	n := 0
	for i := 0; i < len(b); i++ {
		if b[i] == '"' {
			if i+1 == len(b) || b[i+1] != '"' {
				return b[:n], b[i+1:], nil
			}
			i++
		}
		b[n] = b[i]
		n++
	}
	return nil, nil, errOpenQuote
}
