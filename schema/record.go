package schema

import (
	"bytes"
	"errors"
	"fmt"

	"batchreport/schema/internal/scan"
)

// Record is one record of a result file: the seven columns of ReportSchema,
// unquoted, but not decoded. The slices are views of the bytes it was split from.
type Record struct {
	Bucket         []byte
	Key            []byte
	VersionID      []byte
	TaskStatus     []byte // succeeded or failed
	HTTPStatusCode Int    // absent where the column is empty
	ErrorCode      []byte
	ResultMessage  []byte

	// FailedOnly says that of a record that succeeded nobody wants more than TaskStatus,
	// HTTPStatusCode and ErrorCode: Split checks the others, and does not set them.
	FailedOnly bool
}

// Split splits a record, with or without its line end, into r. Where it fails it
// has not changed data; else it has unescaped the fields in place.
//
// Whatever follows the sixth column is the message: it loses its outer quotes,
// doubled quotes become one, lone quotes stay, so that the rows that AWS writes
// with uneven inner quotes are read whole.
//
// Every real report has HTTPStatusCode before ErrorCode, ReportSchema declares
// the opposite. So the two are told apart by the record's own content, else by
// the order of its file, else they are in the order observed.
func (r *Record) Split(data []byte, file Order) error {
	var f fields
	err := f.cut(data)
	if err != nil {
		return err
	}
	if r.TaskStatus, r.HTTPStatusCode, err = f.interpret(file); err != nil {
		return err
	}
	if cr := bytes.IndexByte(f[resultMessage].text, '\r'); cr >= 0 && f[resultMessage].hasRowAfterCR(cr) {
		return errLoneCR
	}
	if r.FailedOnly && string(r.TaskStatus) == "succeeded" {
		r.ErrorCode = f[sixth].unquoted()
		return nil
	}
	r.Bucket = f[bucket].unquoted()
	r.Key = f[key].unquoted()
	r.VersionID = f[versionID].unquoted()
	r.ErrorCode = f[sixth].unquoted()
	r.ResultMessage = f[resultMessage].unquoted()
	return nil
}

// interpret returns what TaskStatus and HTTPStatusCode say, and puts the latter before
// ErrorCode.
func (f *fields) interpret(file Order) (taskStatusWord []byte, code Int, err error) {
	order := f.order()
	if order == OrderUnknown {
		order = file
	}
	if order == OrderDeclared {
		f[fifth], f[sixth] = f[sixth], f[fifth]
	}
	hasSucceeded := false
	switch status := f[taskStatus].text; {
	case string(status) == "succeeded" || bytes.EqualFold(status, succeeded):
		taskStatusWord, hasSucceeded = succeeded, true
	case string(status) == "failed" || bytes.EqualFold(status, failed):
		taskStatusWord = failed
	default:
		return nil, Int{}, fmt.Errorf("TaskStatus %s is neither succeeded nor failed", excerpt(status))
	}
	if code, err = parseStatusCode(f[fifth].text); err != nil {
		return nil, Int{}, err
	}
	// What fails may have a code of any form.
	if code := f[sixth].text; hasSucceeded && len(code) > 0 && isNumber(code) && !isInteger(code) {
		return nil, Int{}, fmt.Errorf("ErrorCode %s of a row that succeeded: the file was rewritten by a program that has words for what is missing, or takes its columns for floats", excerpt(code))
	}
	return taskStatusWord, code, nil
}

var (
	succeeded = []byte("succeeded")
	failed    = []byte("failed")
)

// fields are the columns of a record as they stand.
type fields [7]field

// The columns by their place.
const (
	bucket = iota
	key
	versionID
	taskStatus
	fifth // HTTPStatusCode in every real report
	sixth // ErrorCode in every real report
	resultMessage
)

// field is a column without its outer quotes.
type field struct {
	text   []byte
	quoted bool // doubled quotes are to become one
}

// What is wrong with a record. A file that is no report has one for each line, so
// they are made beforehand.
var (
	errColumns = func() (errs [len(fields{})]error) {
		for i := range errs {
			errs[i] = fmt.Errorf("%d columns instead of %d", i, len(errs))
		}
		errs[1] = fmt.Errorf("1 column instead of %d", len(errs))
		return errs
	}()
	errQuote  = errors.New("text follows the closing quote of a column")
	errLoneCR = errors.New("a row follows after a lone CR: lines have to end in LF or CRLF")
)

// cut finds the fields of a record.
func (f *fields) cut(data []byte) error {
	for _, c := range [...]byte{'\n', '\r'} {
		if n := len(data); n > 0 && data[n-1] == c {
			data = data[:n-1]
		}
	}
	for i := range resultMessage {
		n := fieldLength(data)
		switch {
		case n == len(data):
			return errColumns[i+1]
		case data[n] != ',':
			return errQuote
		case n > 0 && data[0] == '"':
			f[i] = field{data[1 : n-1], true}
		default:
			f[i].text = data[:n]
		}
		data = data[n+1:]
	}
	f[resultMessage].text = data
	if last := len(data) - 1; last > 0 && data[0] == '"' && data[last] == '"' {
		f[resultMessage] = field{data[1:last], true}
	}
	return nil
}

// fieldLength returns the length of the field at the start of data, with its
// quotes. Unless data ends there, a comma should follow.
func fieldLength(data []byte) int {
	if len(data) == 0 || data[0] != '"' {
		if i := bytes.IndexByte(data, ','); i >= 0 {
			return i
		}
		return len(data)
	}
	for end := 1; ; end += 2 {
		i := bytes.IndexByte(data[end:], '"')
		if i < 0 {
			return len(data)
		}
		end += i
		if end+1 == len(data) || data[end+1] != '"' {
			return end + 1
		}
	}
}

// unquoted makes one quote of two, in place; lone quotes stay.
func (f field) unquoted() []byte {
	data := f.text
	if !f.quoted {
		return data
	}
	i := bytes.IndexByte(data, '"')
	if i < 0 {
		return data
	}
	return scan.HalveQuotes(data, i)
}
