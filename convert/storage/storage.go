// Package storage is where reports are read from and tables are written to. Its
// subfolders hold one backend each; package storagetest is the contract that
// every backend keeps.
//
// A name is a complete address: s3://bucket/key, or a path for the local disk.
// Names are taken verbatim: nothing is decoded, cleaned or normalised, so that
// a key with a double slash stays what it is.
package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Info describes an object.
type Info struct {
	Name string
	Size int64 // -1 for a pipe or a device
	// ETag identifies the object's bytes on stores that have one; empty elsewhere.
	ETag string
	// Modified is when the object became what it is, by the store's clock.
	Modified time.Time
}

// What a change of the store can end with beside success and failure.
var (
	// ErrConflict says that an object is not, or no longer, the one expected.
	ErrConflict = errors.New("somebody else has changed it")
	// ErrUnknown says that an answer was lost, and that what became of the
	// request could not be read back either: nothing may be concluded from it.
	ErrUnknown = errors.New("the outcome is unknown")
	// ErrImpossible says that something written can never be published where it was
	// to be: its folder is on another file system, or a folder has its name.
	ErrImpossible = errors.New("it can never be published there")
)

// ErrFolder is the cause, beside fs.ErrNotExist, where an object is asked for and the
// store has a folder of that name.
var ErrFolder = errors.New("is a folder")

// Stdio is the name of standard input, to be opened, and of standard output, to be
// created.
const Stdio = "-"

// Store reads and writes objects. Its methods are safe for concurrent use.
//
// Errors name the object and satisfy errors.Is with fs.ErrNotExist where it is
// missing and fs.ErrPermission where access is denied; an *Error carries a hint.
type Store interface {
	// Stat describes an object.
	Stat(ctx context.Context, name string) (Info, error)

	// Open reads an object from its start. A connection that breaks is resumed
	// where it broke; an object that changed meanwhile is ErrConflict, as is one
	// that has another ETag than etag, unless that is empty. What it returns may
	// be an Attested.
	Open(ctx context.Context, name, etag string) (io.ReadCloser, error)

	// List yields all objects whose names begin with the folder's, at any depth,
	// in byte order of their names. A folder without objects yields nothing.
	// "Begin with" means Join(folder, ""): s3://b/logs does not hold
	// s3://b/logs2/x. The first error ends the sequence.
	List(ctx context.Context, folder string) iter.Seq2[Info, error]

	// Create begins an object that stays invisible until its Pending is
	// published. On disk it is kept under staging until then, a folder on the
	// same file system; a store that can hold back an object by itself does
	// not need it.
	Create(ctx context.Context, name, staging string) (Output, error)

	// Publish makes a written object visible, whole, replacing one of that name.
	// Publishing twice is no error while the object of that name has the bytes
	// that were published. A Pending that was discarded, or published and then
	// replaced or deleted, is fs.ErrNotExist. Where the answer is lost and
	// reading back does not tell either, it is ErrUnknown.
	Publish(ctx context.Context, p Pending) error

	// TryPublish reports, by ErrImpossible or another error, that Publish would fail
	// because of the place where the object is to be. It leaves nothing visible.
	TryPublish(ctx context.Context, p Pending) error

	// Check reports whether a written object can still be published, and is
	// fs.ErrNotExist if it was published or discarded, by whomever.
	Check(ctx context.Context, p Pending) error

	// Discard drops a written object that has not been published.
	// Discarding what is gone already is no error.
	Discard(ctx context.Context, p Pending) error

	// Unpublished yields what was created for names in folder with that staging
	// and has been neither published nor discarded, by whomever, also what is
	// still being written.
	Unpublished(ctx context.Context, folder, staging string) iter.Seq2[Unpublished, error]

	// Put writes a small object whole, replacing one of that name.
	Put(ctx context.Context, name string, data []byte) error

	// Get reads an object of at most limit bytes whole, with a tag for Swap.
	Get(ctx context.Context, name string, limit int64) (data []byte, tag string, err error)

	// Swap writes a small object whole if the one of that name still has the tag
	// that Get or Swap returned, or does not exist if tag is empty, and returns
	// its new tag. Of several at once one succeeds; to the others, and where
	// somebody else changed the object before, it is ErrConflict. Where the
	// answer is lost the object is read back: if it is data, it is ours. If that
	// cannot be read either, it is ErrUnknown. A server that takes conditions and
	// ignores them cannot be told from one of which the object was as expected.
	Swap(ctx context.Context, name string, data []byte, tag string) (newTag string, err error)

	// Delete removes an object; a missing one is no error.
	Delete(ctx context.Context, name string) error
}

// Attested is what Open returns where a store knows more of the bytes than that
// they came.
type Attested interface {
	io.ReadCloser

	// Attests reports whether the object's bytes have that MD5, in lower-case hex:
	// the store knows so since they were stored, and reading to the end fails
	// where other bytes arrive, however often it was resumed. The answer is the
	// same at any time. That it is false says nothing about the bytes.
	Attests(md5 string) bool
}

// Attests reports whether a store attests that an object which Open has returned
// has that MD5.
func Attests(body io.ReadCloser, md5 string) bool {
	a, ok := body.(Attested)
	return ok && a.Attests(md5)
}

// Output is an object being written. It belongs to one goroutine. On purpose it
// has no Close, so that no encoder can end it behind its owner's back.
type Output interface {
	// Write appends. After the first error every call returns that error.
	io.Writer

	// Commit ends writing: all bytes are durable, but nothing is visible. It
	// fails if any Write failed.
	Commit() (Pending, error)

	// UploadID is the Pending's, known since Create: with its name, Check and
	// Discard can find what is written, though the program is killed. It is empty
	// where Unpublished finds it without.
	UploadID() string

	// Abort drops what was written. After Commit or Abort it does nothing, so
	// `defer out.Abort()` right after Create is always right. It works with a
	// cancelled context too.
	Abort() error
}

// Pending is a written object that is not visible yet. It is plain data, so
// that another process can publish it.
type Pending struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	// CRC32 is the checksum of the bytes, as S3 writes it (ChecksumCRC32):
	// CRC-32 of IEEE 802.3, big-endian, in base64.
	CRC32 string `json:"crc32"`
	// Staged is the name of the staged file, on disk.
	Staged string `json:"staged,omitempty"`
	// UploadID and ETags are the multipart upload and its parts in order, on S3.
	UploadID string   `json:"upload_id,omitempty"`
	ETags    []string `json:"etags,omitempty"`
	// Checksums are the parts' checksums in order where the upload has some.
	Checksums []string `json:"checksums,omitempty"`
}

// Unpublished is an object that waits for Publish or Discard. Of a staged file
// the name that it was created for is not known.
type Unpublished struct {
	Pending
	Modified time.Time // when writing began or, on disk, went on
}

// Error is a failed operation on an object.
type Error struct {
	Op   string // what was tried: "read", "list", "write", …
	Name string // the object
	Hint string // what the user can do; may be empty
	Err  error
}

// Error names operation, object and cause in one line.
func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, Shown(e.Name), e.Err) }

// Shown returns a name as messages show it: in quotes where it has line ends or
// other characters that nobody sees, without what gives access, and without its
// middle where it is long. A name comes from a manifest, and may have been made to
// look like a message.
func Shown(name string) string {
	name = Redact(name) // first: what is left of a signature is no longer one
	const most = 1024   // the longest key of S3
	if len(name) > most {
		name = name[:most/2] + "…" + name[len(name)-most/2:]
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		return strconv.Quote(name)
	}
	return name
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsS3 reports whether name is an S3 address rather than a local path.
func IsS3(name string) bool { return strings.HasPrefix(name, "s3://") }

// Join returns the name of rel inside folder. A folder that ends in a slash
// gets no second one.
func Join(folder, rel string) string {
	if strings.HasSuffix(folder, "/") {
		return folder + rel
	}
	return folder + "/" + rel
}
