package reportfile

import (
	"errors"

	"batchreport/convert/storage"
)

// ErrReport is the error of a report that is not as S3 writes reports: damaged, changed, or
// something else. It is the same however often the report is read.
var ErrReport = errors.New("the report is not as S3 writes it")

// Wrong returns the error of a file of a report, which is ErrReport, with what can be
// done about it.
func Wrong(name string, err error, hint string) *storage.Error {
	return &storage.Error{Op: "read", Name: name, Err: reportError{err}, Hint: hint}
}

// reportError is ErrReport in the words of another error.
type reportError struct{ error }

func (reportError) Is(target error) bool { return target == ErrReport }

func (e reportError) Unwrap() error { return e.error }
