package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Record is one record of a result file: the seven columns of ReportSchema,
// unquoted, but not decoded. The fields are views of the bytes it was split
// from.
type Record struct {
	Bucket         []byte
	Key            []byte
	VersionID      []byte
	TaskStatus     []byte
	HTTPStatusCode []byte
	ErrorCode      []byte
	ResultMessage  []byte
}

// numFields is the number of columns of a report.
const numFields = 7

// RecordEnd returns the length of the first record of data with its line end,
// or 0 if data does not hold all of it. A record ends at the first line end
// with an even number of quotes before it.
func RecordEnd(data []byte) int {
	quotes := 0
	for end := 0; ; {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return 0
		}
		quotes += countQuotes(data[end : end+i])
		end += i + 1
		if quotes%2 == 0 {
			return end
		}
	}
}

// LastRecordEnd returns the length of all whole records at the start of data, or
// 0 if there is none. It looks from the end, so it costs one count of quotes.
func LastRecordEnd(data []byte) int {
	quotes := countQuotes(data)
	for end := len(data); ; {
		i := bytes.LastIndexByte(data[:end], '\n')
		if i < 0 {
			return 0
		}
		quotes -= countQuotes(data[i+1 : end])
		if quotes%2 == 0 {
			return i + 1
		}
		end = i
	}
}

// Closed reports whether a file that ends with data ends outside of quotes, so
// that its last line is a record though no line end follows.
func Closed(data []byte) bool { return countQuotes(data)%2 == 0 }

func countQuotes(data []byte) int { return bytes.Count(data, []byte{'"'}) }

// Split splits a record, with or without its line end, unescaping its fields in
// place. Whatever follows the sixth column is the message: it loses its outer
// quotes, doubled quotes become one, lone quotes stay, so that the rows that AWS
// writes with uneven inner quotes are read whole.
//
// HTTPStatusCode and ErrorCode are in the order that every real report has,
// which is not the one that ReportSchema declares: see Order.
func (r *Record) Split(data []byte) error {
	data = trimLineEnd(data)
	fields := [numFields - 1]*[]byte{&r.Bucket, &r.Key, &r.VersionID, &r.TaskStatus, &r.HTTPStatusCode, &r.ErrorCode}
	for i, field := range fields {
		var ok bool
		if *field, data, ok = cutField(data); !ok {
			return fmt.Errorf("%d columns instead of %d", i+1, numFields)
		}
	}
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = unquote(data[1 : n-1])
	}
	r.ResultMessage = data
	return r.checkStatus()
}

func (r *Record) checkStatus() error {
	for i, c := range r.TaskStatus {
		if 'A' <= c && c <= 'Z' {
			r.TaskStatus[i] = c + ('a' - 'A')
		}
	}
	switch string(r.TaskStatus) {
	case "succeeded", "failed":
		return nil
	}
	return fmt.Errorf("TaskStatus %s is neither succeeded nor failed", excerpt(r.TaskStatus))
}

func trimLineEnd(data []byte) []byte {
	data = bytes.TrimSuffix(data, []byte{'\n'})
	return bytes.TrimSuffix(data, []byte{'\r'})
}

// cutField takes the first field off data; it is not ok where no comma follows.
func cutField(data []byte) (field, rest []byte, ok bool) {
	if len(data) == 0 || data[0] != '"' {
		return bytes.Cut(data, []byte{','})
	}
	for end := 1; ; end++ {
		i := bytes.IndexByte(data[end:], '"')
		if i < 0 {
			return nil, nil, false
		}
		end += i
		if end+1 == len(data) {
			return nil, nil, false
		}
		switch data[end+1] {
		case ',':
			return unquote(data[1:end]), data[end+2:], true
		case '"':
			end++
		}
	}
}

// unquote turns doubled quotes into one, in place; lone quotes stay.
func unquote(data []byte) []byte {
	i := bytes.IndexByte(data, '"')
	if i < 0 {
		return data
	}
	out := data[:i]
	for {
		out = append(out, '"')
		data = data[i+1:]
		if len(data) > 0 && data[0] == '"' {
			data = data[1:]
		}
		if i = bytes.IndexByte(data, '"'); i < 0 {
			return append(out, data...)
		}
		out = append(out, data[:i]...)
	}
}

// Order is the order of HTTPStatusCode and ErrorCode in a file.
type Order uint8

// The orders of the two columns.
const (
	OrderUnknown  Order = iota
	OrderObserved       // HTTPStatusCode, ErrorCode: every real report so far
	OrderDeclared       // ErrorCode, HTTPStatusCode: what ReportSchema says
)

// Order returns what the content of a record, as Split left it, says about the
// order of its two columns: three digits from 100 to 599 are the status. Where
// neither column has them, one that is empty is the status, for a text is a code.
func (r *Record) Order() Order {
	first, second := r.HTTPStatusCode, r.ErrorCode
	switch a, b := isStatusCode(first), isStatusCode(second); {
	case a && !b:
		return OrderObserved
	case b && !a:
		return OrderDeclared
	case a && b, (len(first) == 0) == (len(second) == 0):
		return OrderUnknown
	case len(first) == 0:
		return OrderObserved
	default:
		return OrderDeclared
	}
}

func isStatusCode(b []byte) bool {
	return len(b) == 3 && '1' <= b[0] && b[0] <= '5' && isDigit(b[1]) && isDigit(b[2])
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Arrange puts the two columns right: by the record's own content, else by the
// file's order, else by the observed one.
func (r *Record) Arrange(file Order) {
	order := r.Order()
	if order == OrderUnknown {
		order = file
	}
	if order == OrderDeclared {
		r.HTTPStatusCode, r.ErrorCode = r.ErrorCode, r.HTTPStatusCode
	}
}

// FirstOrder returns the order of the first record of data, which holds whole
// records, whose content decides. It does not change data.
func FirstOrder(data []byte) Order {
	var r Record
	var scratch []byte
	for len(data) > 0 {
		end := RecordEnd(data)
		if end == 0 {
			end = len(data)
		}
		scratch = append(scratch[:0], data[:end]...)
		if r.Split(scratch) == nil {
			if o := r.Order(); o != OrderUnknown {
				return o
			}
		}
		data = data[end:]
	}
	return OrderUnknown
}

// StatusCode returns HTTPStatusCode as a number; absent where it is empty.
func (r *Record) StatusCode() (Int, error) {
	if len(r.HTTPStatusCode) == 0 {
		return Int{}, nil
	}
	if isStatusCode(r.HTTPStatusCode) {
		b := r.HTTPStatusCode
		return Int{Value: int32(b[0]-'0')*100 + int32(b[1]-'0')*10 + int32(b[2]-'0'), Valid: true}, nil
	}
	n, err := strconv.ParseInt(string(r.HTTPStatusCode), 10, 32)
	if err == nil && strconv.FormatInt(n, 10) != string(r.HTTPStatusCode) {
		err = errors.New("not written as a plain number")
	}
	if err != nil {
		return Int{}, fmt.Errorf("HTTPStatusCode %s is not a number", excerpt(r.HTTPStatusCode))
	}
	return Int{Value: int32(n), Valid: true}, nil
}

// excerpt quotes what an error shows of a field.
func excerpt(b []byte) string {
	const most = 40
	if len(b) > most {
		return strconv.QuoteToASCII(string(b[:most])) + "…"
	}
	return strconv.QuoteToASCII(string(b))
}
