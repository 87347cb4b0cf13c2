package delta

import (
	"errors"
	"fmt"

	"batchreport/convert/storage"
)

// ForeignError says that a log has something that this program has not written, or does
// not know.
type ForeignError struct {
	Name string // of the object
	What string
}

// Error names the object.
func (e *ForeignError) Error() string { return fmt.Sprintf("%s: %s", storage.Shown(e.Name), e.What) }

// foreign returns the error for an object of the log.
func (l *Log) foreign(name, what string) error {
	return &storage.Error{
		Op: "read the Delta log", Name: l.Folder, Err: &ForeignError{name, what},
		Hint: "let no other program write to this table; to keep a log of it again, move " + Folder + " out of DEST and let `batchreport delta DEST` write one from the commit records",
	}
}

// damaged returns the error for an object of the log that cannot be read as what it is.
func (l *Log) damaged(name string, err error) error {
	if e := (*storage.Error)(nil); errors.As(err, &e) {
		return err
	}
	return l.foreign(name, "is damaged, or was not written by this program: "+err.Error())
}

// checkProtocol reports what a log asks for that is not known here.
func (l *Log) checkProtocol(name string, p *protocol) error {
	switch {
	case len(p.ReaderFeatures)+len(p.WriterFeatures) > 0:
		return l.foreign(name, fmt.Sprintf("asks for the features %q, which this program does not know", append(p.ReaderFeatures, p.WriterFeatures...)))
	case p.MinReader != minReader || p.MinWriter != minWriter:
		return l.foreign(name, fmt.Sprintf("asks for the protocol's versions %d and %d, this program writes %d and %d", p.MinReader, p.MinWriter, minReader, minWriter))
	}
	return nil
}
