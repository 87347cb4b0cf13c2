package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"batchreport/schema/internal/scan"
)

// Order is the order of HTTPStatusCode and ErrorCode in a file.
type Order uint8

// The orders of the two columns.
const (
	OrderUnknown  Order = iota
	OrderObserved       // HTTPStatusCode, ErrorCode: every real report so far
	OrderDeclared       // ErrorCode, HTTPStatusCode: what ReportSchema says
)

// FirstOrder returns the order that the first deciding record of data tells. The data
// are whole records.
func FirstOrder(data []byte) Order {
	for len(data) > 0 {
		end, _ := RecordEnd(data)
		var f fields
		if f.cut(data[:end]) == nil {
			if o := f.order(); o != OrderUnknown {
				return o
			}
		}
		data = data[end:]
	}
	return OrderUnknown
}

// order returns what the content says about the order of the two columns: three
// digits from 100 to 599 are the status. Where neither column has them and one is
// empty, a text that is no number is the code. What a program that takes the columns
// for floats makes of them, such as 200.0 or nan, is neither: Split refuses it.
func (f *fields) order() Order {
	a, b := f[fifth].text, f[sixth].text
	switch isA, isB := isStatusCode(a), isStatusCode(b); {
	case isA && !isB:
		return OrderObserved
	case isB && !isA:
		return OrderDeclared
	case len(a) == 0 && len(b) > 0 && !isNumber(b):
		return OrderObserved
	case len(b) == 0 && len(a) > 0 && !isNumber(a):
		return OrderDeclared
	default:
		return OrderUnknown
	}
}

func isStatusCode(b []byte) bool {
	return len(b) == 3 && '1' <= b[0] && b[0] <= '5' && scan.IsDigit(b[1]) && scan.IsDigit(b[2])
}

// isNumber reports whether b is a number, in whatever form, or what programs write
// for a number that is missing.
func isNumber(b []byte) bool {
	if len(b) == 0 || len(b) > longestNumber {
		return false
	}
	switch c := b[0]; {
	case isMissing(b):
		return true
	case !scan.IsDigit(c) && c != '+' && c != '-' && c != '.':
		return false // nearly always
	}
	_, err := strconv.ParseFloat(string(b), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// isInteger reports whether b is a number that is written without a fraction.
func isInteger(b []byte) bool {
	for _, c := range b {
		if !scan.IsDigit(c) && c != '-' && c != '+' {
			return false
		}
	}
	return true
}

// longestNumber is more bytes than a float needs.
const longestNumber = 40

// isMissing reports whether b is what programs write for a value that is missing.
func isMissing(b []byte) bool {
	switch string(bytes.ToLower(b)) {
	case "nan", "<na>", "na", "n/a", "#n/a", "nat", "none", "null", "nil", `\n`:
		return true
	}
	return false
}

// parseStatusCode takes only numbers that are written the one usual way, so that
// nothing of what is not is lost.
func parseStatusCode(b []byte) (Int, error) {
	switch {
	case len(b) == 0:
		return Int{}, nil
	case isStatusCode(b):
		return Int{Value: int32(b[0]-'0')*100 + int32(b[1]-'0')*10 + int32(b[2]-'0'), Valid: true}, nil
	}
	if isNumber(b) && !isInteger(b) {
		return Int{}, fmt.Errorf("HTTPStatusCode %s is not a whole number: the file was rewritten by a program that has words for what is missing, or takes its columns for floats", excerpt(b))
	}
	n, err := strconv.ParseInt(string(b), 10, 31) // 31 bits: package convert takes the lowest int32 for null
	if err != nil || strconv.FormatInt(n, 10) != string(b) {
		return Int{}, fmt.Errorf("HTTPStatusCode %s is not a number", excerpt(b))
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
