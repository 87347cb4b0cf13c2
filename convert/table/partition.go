package table

import "strings"

// Partition is a folder of the table: the rows that have its values lie in its
// files.
type Partition struct {
	Folder string           // below DEST, with a slash at its end; empty where there are no partition columns
	Values []PartitionValue // one for each partition column, in order
}

// PartitionValue is a partition column and its value, as text.
type PartitionValue struct {
	Column string  `json:"column"`
	Value  *string `json:"value"` // not escaped; nil is null
}

// HiveNull is the partition value that stands for null in Hive's layout.
const HiveNull = "__HIVE_DEFAULT_PARTITION__"

// Folder returns the name of the value's folder, without a slash: column=value,
// escaped as Hive does. A null value is what the argument says.
func (v PartitionValue) Folder(null string) string {
	if v.Value != nil {
		null = escape(*v.Value)
	}
	return v.Column + "=" + null
}

// MaxFolderName is the most bytes that a folder's name may have: file systems take
// no longer one.
const MaxFolderName = 255

// maxNullPartition is the most bytes of what stands for null, which leaves room for
// the column.
const maxNullPartition = 200

// SameNulls reports whether the values of two partitions that have the same folder
// are null at the same places. If they are not, a value looks like what stands for
// null.
func SameNulls(a, b []PartitionValue) bool {
	for i := range a {
		if (a[i].Value == nil) != (b[i].Value == nil) {
			return false
		}
	}
	return true
}

// escape escapes a value for a path as Hive does (FileUtils.escapePathName):
// control characters and what means something in a path or a shell become % and
// two upper-case hex digits. An empty value stays empty.
func escape(v string) string {
	const digits = "0123456789ABCDEF"
	const special = "\"#%'*/:=?\\\x7f{[]^"
	var b strings.Builder
	for i := range len(v) {
		if c := v[i]; c < ' ' || strings.IndexByte(special, c) >= 0 {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
