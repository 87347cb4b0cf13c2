package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// FormatCRC32 returns a CRC-32 as S3 and Pending.CRC32 have it.
func FormatCRC32(sum uint32) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// ReadSum reads r to its end and returns the number of its bytes and their
// CRC-32 as FormatCRC32 does.
func ReadSum(r io.Reader) (size int64, sum string, err error) {
	h := crc32.NewIEEE()
	if size, err = io.Copy(h, r); err != nil {
		return size, "", err
	}
	return size, FormatCRC32(h.Sum32()), nil
}

// ErrTooLarge is the error of an object that has more bytes than Get was to read.
var ErrTooLarge = errors.New("is too large")

// tooLarge is ErrTooLarge in words.
type tooLarge struct{ text string }

func (e *tooLarge) Error() string { return e.text }

func (e *tooLarge) Is(target error) bool { return target == ErrTooLarge }

// CheckSize returns an error that is ErrTooLarge for more bytes than limit.
func CheckSize(size, limit int64) error {
	if size > limit {
		return &tooLarge{fmt.Sprintf("has %d bytes, more than the %d that are taken", size, limit)}
	}
	return nil
}

// ReadAll reads all of r, which should be of that size, or -1 where that is not
// known, and have at most limit bytes.
func ReadAll(r io.Reader, size, limit int64) ([]byte, error) {
	if err := CheckSize(size, limit); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(max(size, 0)) + bytes.MinRead) // so that the end is found without growing
	if _, err := b.ReadFrom(io.LimitReader(r, min(limit, math.MaxInt64-1)+1)); err != nil {
		return nil, err
	}
	if int64(b.Len()) > limit {
		return nil, &tooLarge{fmt.Sprintf("has more than the %d bytes that are taken", limit)}
	}
	return b.Bytes(), nil
}
