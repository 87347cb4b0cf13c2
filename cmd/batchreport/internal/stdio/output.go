package stdio

import (
	"fmt"
	"io"

	"batchreport/convert/storage"
)

// output is standard output as an object that is being written.
type output struct {
	w    io.Writer
	size int64
	err  error
}

// Write implements storage.Output.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.size += int64(n)
	if err != nil {
		o.err = fmt.Errorf("write standard output: %w", err)
	}
	return n, o.err
}

// Commit implements storage.Output.
func (o *output) Commit() (storage.Pending, error) {
	return storage.Pending{Name: storage.Stdio, Size: o.size}, o.err
}

// UploadID implements storage.Output.
func (o *output) UploadID() string { return "" }

// Abort implements storage.Output. What was written cannot be taken back.
func (o *output) Abort() error { return nil }
