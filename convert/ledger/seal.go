package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"

	"batchreport/convert/storage"
)

// sealStart is how the object of a register or of a task's result begins: what
// follows it is the CRC-32, as storage.Pending has it, of all bytes behind the line.
const sealStart = "{\n \"crc32\": \""

// seal puts a checksum first in an indented JSON object. It is that of the bytes,
// not of what they mean: no spelling that JSON does not care about can change
// unnoticed either.
func seal(object []byte) []byte {
	rest := bytes.TrimPrefix(object, []byte("{"))
	return append([]byte(sealStart+sumOf(rest)+`",`), rest...)
}

// checkSeal reports what is wrong with the checksum of an object.
func checkSeal(object []byte) error {
	sum, ok := bytes.CutPrefix(object, []byte(sealStart))
	sum, rest, found := bytes.Cut(sum, []byte(`",`))
	switch {
	case !ok || !found:
		return errors.New("it does not begin with its checksum: it is damaged or was edited")
	case string(sum) != sumOf(rest):
		return fmt.Errorf("its CRC32 is %s, it says %q: it is damaged or was edited", sumOf(rest), sum)
	}
	return nil
}

func sumOf(data []byte) string { return storage.FormatCRC32(crc32.ChecksumIEEE(data)) }
