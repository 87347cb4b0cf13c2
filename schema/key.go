package schema

import (
	"encoding"
	"fmt"
)

// KeyEncoding is how a report writes object keys. Batch Operations echoes the
// encoding of the job's input manifest byte for byte.
type KeyEncoding uint8

// The encodings of a key.
const (
	// FormEncoding is percent-encoding in which `+` is a space, as S3's own
	// inventories and manifests have it.
	FormEncoding KeyEncoding = iota
	// PercentEncoding is percent-encoding in which `+` is a plus.
	PercentEncoding
	// NoEncoding takes keys as they stand.
	NoEncoding
)

var keyEncodings = [...]string{"form", "percent", "none"}

// String returns the encoding's name.
func (e KeyEncoding) String() string { return keyEncodings[e] }

var (
	_ encoding.TextMarshaler   = KeyEncoding(0)
	_ encoding.TextUnmarshaler = (*KeyEncoding)(nil)
)

// MarshalText returns the encoding's name.
func (e KeyEncoding) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText takes one of form, percent, none.
func (e *KeyEncoding) UnmarshalText(name []byte) error {
	for i, n := range keyEncodings {
		if n == string(name) {
			*e = KeyEncoding(i)
			return nil
		}
	}
	return fmt.Errorf("key encoding %q is none of form, percent, none", name)
}
