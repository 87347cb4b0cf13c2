package message

import (
	"math"
	"strconv"

	"batchreport/schema"
	"batchreport/schema/internal/scan"
)

// numberLength returns the length of the JSON number that b starts with, 0
// where it starts with none.
func numberLength(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch n := scan.Digits(b[i:]); {
	case n == 0:
		return 0
	case b[i] == '0':
		i++
	default:
		i += n
	}
	if i < len(b) && b[i] == '.' {
		n := scan.Digits(b[i+1:])
		if n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(b) && scan.ToLower(b[i]) == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		n := scan.Digits(b[i:])
		if n == 0 {
			return 0
		}
		i += n
	}
	return i
}

// complexLength returns the length of the complex number, (1-2.5j), that b
// starts with, 0 where it starts with none.
func complexLength(b []byte) int {
	n := realLength(b[1:])
	if n == 0 {
		return 0
	}
	i := 1 + n
	if i == len(b) || b[i] != '+' && b[i] != '-' {
		return 0
	}
	i++
	n = realLength(b[i:])
	if n == 0 || b[i] == '-' || len(b) < i+n+2 || b[i+n] != 'j' || b[i+n+1] != ')' {
		return 0
	}
	return i + n + 2
}

// realLength is numberLength that also knows nan and inf.
func realLength(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	if len(b) >= i+3 && (string(b[i:i+3]) == "inf" || string(b[i:i+3]) == "nan") {
		return i + 3
	}
	return numberLength(b)
}

// parseInt returns the number that b is as a whole, if it is one from 0 to
// 2,147,483,647 in digits.
func parseInt(b []byte) schema.Int {
	if len(b) == 0 || len(b) > len("2147483647") || scan.Digits(b) != len(b) {
		return schema.Int{}
	}
	var n int64
	for _, c := range b {
		n = 10*n + int64(c-'0')
	}
	if n > math.MaxInt32 {
		return schema.Int{}
	}
	return schema.Int{Value: int32(n), Valid: true}
}

// attemptsAfter returns the number of attempts that so many retries make.
func attemptsAfter(retries schema.Int) schema.Int {
	if !retries.Valid || retries.Value == math.MaxInt32 {
		return schema.Int{}
	}
	return schema.Int{Value: retries.Value + 1, Valid: true}
}

// parseFloat returns the number that b is as a whole, in the form of JSON.
func parseFloat(b []byte) schema.Float {
	if len(b) == 0 || numberLength(b) != len(b) {
		return schema.Float{}
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return schema.Float{Value: f, Valid: err == nil}
}

// parseTime returns the time that b is as a whole; see scan.Millis.
func parseTime(b []byte) schema.Time {
	ms, ok := scan.Millis(b)
	return schema.Time{Millis: ms, Valid: ok}
}

// timeOf returns a moment as a column has it.
func timeOf(t scan.Moment) schema.Time { return schema.Time{Millis: t.Millis(), Valid: true} }
