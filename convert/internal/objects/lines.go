package objects

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// lineReader reads lines of CSV: line ends in quotes are part of the line.
type lineReader struct {
	r      *bufio.Reader
	limit  int
	number int // of the line at hand, from 1
	ended  int // line ends before it
	line   []byte
}

// next returns the next line without its end, or io.EOF. It is good until the next call.
func (l *lineReader) next() ([]byte, error) {
	l.number = l.ended + 1
	l.line = l.line[:0]
	quotes := 0
	for {
		part, err := l.r.ReadSlice('\n')
		l.line = append(l.line, part...)
		quotes += bytes.Count(part, []byte{'"'})
		switch {
		case len(l.line) > l.limit:
			return nil, fmt.Errorf("it is longer than %d bytes", l.limit)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.line) > 0:
		case err != nil:
			return nil, err
		default:
			l.ended++
			if quotes%2 != 0 {
				continue
			}
		}
		line := bytes.TrimSuffix(l.line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
}
