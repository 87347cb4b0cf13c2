package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"

	"batchreport/convert/storage"
)

// checksumStart is how the object of a register or of a task's result begins: what
// follows it is the CRC-32, as storage.Pending has it, of all bytes behind the line.
const checksumStart = "{\n \"crc32\": \""

// withChecksum puts a checksum first in an indented JSON object. It is that of the
// bytes, not of what they mean: no spelling that JSON does not care about can
// change unnoticed either.
func withChecksum(object []byte) []byte {
	rest := bytes.TrimPrefix(object, []byte("{"))
	return append([]byte(checksumStart+checksum(rest)+`",`), rest...)
}

// checkChecksum reports what is wrong with the checksum of an object.
func checkChecksum(object []byte) error {
	sum, ok := bytes.CutPrefix(object, []byte(checksumStart))
	sum, rest, found := bytes.Cut(sum, []byte(`",`))
	switch {
	case !ok || !found:
		return errors.New("it does not begin with its checksum: it is damaged or was edited")
	case string(sum) != checksum(rest):
		return fmt.Errorf("its CRC32 is %s, it says %q: it is damaged or was edited", checksum(rest), sum)
	}
	return nil
}

// checksum is written as storage.Pending.CRC32 is.
func checksum(data []byte) string { return storage.FormatCRC32(crc32.ChecksumIEEE(data)) }
