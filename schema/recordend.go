package schema

import (
	"bytes"
)

// Where a record ends
//
// A record ends at the first line end, LF or CRLF, with an even number of quotes
// before it, so that what is quoted may hold line ends. That is all there is to nearly
// every record: its first line is it.
//
// Where the first line leaves a quote open, two more rules hold. What is quoted as
// RFC 4180 has it, each inner quote doubled and the closing one before the line end,
// is never taken apart, whatever it holds. In all else a line that is a row by itself,
// one of seven good columns, is none of the record: that ended before it. So a message
// with a lone quote in it does not swallow the rows behind it.
//
// All this follows from the bytes from the record's first on, as far as they are
// needed: not from where a block ends, nor from what was read before.
//
// A CR without an LF ends no line. A record in which a row follows after one is
// refused, see Split, rather than to take the row for a message's second line.

// RecordEnd returns the length of the first record of data, which holds whole records,
// with its line end. It is lone where the record has a lone quote: it ends before the
// next row.
func RecordEnd(data []byte) (end int, lone bool) {
	end = lineEnd(data, true)
	if countQuotes(data[:end])%2 == 0 {
		return end, false
	}
	end, row := openEnd(data, end, true, true)
	switch {
	case end == 0 && row > 0:
		end = row
	case end == 0:
		end = len(data)
	}
	return end, countQuotes(data[:end])%2 != 0
}

// Extent is where a record ends in the data that it is a record of, with its line end.
type Extent struct {
	End  int
	Lone bool // see RecordEnd
}

// Extents appends those of all whole records at the start of data to extents. Ended says
// that nothing follows on data. There are none where more has to be known of the first
// record, which has no end if there is nothing more.
func Extents(extents []Extent, data []byte, ended bool) []Extent {
	for end := 0; ; {
		rest := data[end:]
		n, lone := lineEnd(rest, ended), false
		if n > 0 && countQuotes(rest[:n])%2 != 0 {
			n, _ = openEnd(rest, n, ended, ended)
			lone = countQuotes(rest[:n])%2 != 0
		}
		if n == 0 {
			return extents
		}
		end += n
		extents = append(extents, Extent{end, lone})
	}
}

// RecordEndWithin returns the length of the first record of data, which is as much of it
// as is to be looked at; 0 where it has no end.
func RecordEndWithin(data []byte) int {
	n := lineEnd(data, false)
	if n > 0 && countQuotes(data[:n])%2 != 0 {
		n, _ = openEnd(data, n, false, true)
	}
	return n
}

// StandsAlone reports whether a line with a lone quote, at which a record begins that
// has no end, is a row all the same: the quote is one of an unquoted column.
func StandsAlone(line []byte) bool {
	_, opens, _ := quotedEnd(line, true)
	return !opens && isRow(line)
}

// lineEnd returns the length of the first line of data with its end; 0 if that is not
// there and data has not ended.
func lineEnd(data []byte, ended bool) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1
	}
	if ended {
		return len(data)
	}
	return 0
}

// openEnd returns the length of a record whose first line leaves a quote open; 0 if
// data does not tell. Then row is where in it the first row begins that is one by
// itself; 0 if there is none. What is not in data is not ended, and where that is all
// it is not quoted.
func openEnd(data []byte, line int, ended, all bool) (end, row int) {
	end, opens, known := quotedEnd(data, ended)
	if end > 0 || !known && !all {
		return end, 0
	}
	open := true
	for at := line; at < len(data); {
		n := lineEnd(data[at:], ended)
		if n == 0 {
			break
		}
		next := data[at : at+n]
		if row == 0 && isRow(next) {
			row = at
			if !opens {
				return row, row
			}
		}
		if countQuotes(next)%2 != 0 {
			open = !open
		}
		at += n
		switch {
		case open:
		case row > 0:
			return row, row
		default:
			return at, 0
		}
	}
	return 0, row
}

// quotedEnd returns the length of the first record of data if its columns are quoted as
// RFC 4180 has it, and the last of them is; else 0. It opens a quote if the column that
// is not begins with one. It is not known where data does not tell.
func quotedEnd(data []byte, ended bool) (end int, opens, known bool) {
	lines := false // in what is quoted so far
	at := 0
	for range resultMessage {
		n, isQuoted := columnEnd(data[at:])
		switch {
		case n < 0:
			return 0, isQuoted, ended
		case at+n == len(data):
			return 0, isQuoted, ended
		case data[at+n] != ',':
			return 0, isQuoted, true
		}
		lines = lines || isQuoted && bytes.IndexByte(data[at:at+n], '\n') >= 0
		at += n + 1
	}
	if at == len(data) {
		return 0, false, ended
	}
	if data[at] != '"' {
		n := lineEnd(data[at:], ended)
		switch {
		case !lines:
			return 0, false, true
		case n == 0:
			return 0, false, false
		case countQuotes(data[at:at+n]) > 0:
			return 0, false, true
		default:
			return at + n, false, true
		}
	}
	n, _ := columnEnd(data[at:])
	if n < 0 {
		return 0, true, ended
	}
	switch rest := data[at+n:]; {
	case len(rest) == 0, len(rest) == 1 && rest[0] == '\r':
		if !ended {
			return 0, true, false
		}
		return len(data), false, true
	case rest[0] == '\n':
		return at + n + 1, false, true
	case rest[0] == '\r' && rest[1] == '\n':
		return at + n + 2, false, true
	default:
		return 0, true, true
	}
}

// columnEnd returns the length of the column at the start of data, with its quotes if it
// is quoted: what follows should be a comma. It is negative if there is no end.
func columnEnd(data []byte) (n int, quoted bool) {
	if len(data) == 0 || data[0] != '"' {
		return bytes.IndexAny(data, ",\n"), false
	}
	for end := 1; ; end += 2 {
		i := bytes.IndexByte(data[end:], '"')
		if i < 0 {
			return -1, true
		}
		end += i
		if end+1 == len(data) || data[end+1] != '"' {
			return end + 1, true
		}
	}
}

// isRow reports whether a line by itself is a row.
func isRow(line []byte) bool {
	var f fields
	if f.cut(line) != nil {
		return false
	}
	for _, order := range []Order{OrderObserved, OrderDeclared} {
		columns := f
		if _, _, err := columns.interpret(order); err == nil {
			return true
		}
	}
	return false
}

// hasRowAfterCR reports whether a row follows after a CR without an LF in a message
// that is not quoted as RFC 4180 has it.
func (f field) hasRowAfterCR(at int) bool {
	if f.quoted && !hasLoneQuote(f.text) {
		return false
	}
	for rest := f.text[at:]; ; {
		i := bytes.IndexByte(rest, '\r')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		line := rest
		if n := bytes.IndexAny(rest, "\r\n"); n >= 0 {
			line = rest[:n]
		}
		if len(line) > 0 && isRow(line) {
			return true
		}
	}
}

// hasLoneQuote reports whether a quote in data is not doubled.
func hasLoneQuote(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '"')
		if i < 0 {
			return false
		}
		if i+1 == len(data) || data[i+1] != '"' {
			return true
		}
		data = data[i+2:]
	}
}

func countQuotes(data []byte) int { return bytes.Count(data, []byte{'"'}) }
