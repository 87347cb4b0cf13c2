package delta

import (
	"fmt"
	"net/url"
	"strings"

	"batchreport/convert/table"
)

// File is a file of the table.
type File struct {
	Name      string // below DEST
	Partition []table.PartitionValue
	Bytes     int64
	Rows      int64
	// Stats is what FormatStats has made of the file's columns; empty where nothing is
	// known of them.
	Stats string
}

// add returns the action that adds the file at a time in milliseconds.
func (f *File) add(now int64) *add {
	values := map[string]*string{}
	for _, v := range f.Partition {
		values[v.Column] = v.Value
	}
	return &add{
		Path: encodePath(f.Name), PartitionValues: values, Size: f.Bytes, ModificationTime: now, DataChange: true,
		Stats: withRows(f.Rows, f.Stats),
	}
}

// file returns the file of an action, without its statistics of columns.
func (a *add) file() (File, error) {
	name, err := decodePath(a.Path)
	return File{Name: name, Bytes: a.Size}, err
}

// encodePath writes a name below DEST as a URI ("Add File and Remove File"). A partition's
// folder has escapes of its own, those of Hive, whose % is escaped once more. Readers differ in
// what they make of other characters than these, so all else is escaped.
func encodePath(name string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.~/=", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// decodePath is the inverse of encodePath. It fails on what leads out of DEST.
func decodePath(path string) (string, error) {
	name, err := url.PathUnescape(path)
	if err == nil && !table.ValidName(name) {
		err = fmt.Errorf("%q is no name below the table's folder", path)
	}
	return name, err
}
