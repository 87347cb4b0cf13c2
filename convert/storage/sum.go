package storage

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
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

// ReadAll reads all of r, at most limit bytes; more is an error.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return data, err
}
