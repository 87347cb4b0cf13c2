package table

import (
	"strings"

	"batchreport/schema"
)

// Partition is a folder of the table.
type Partition struct {
	Folder string // below DEST, with a slash at its end; empty where there are no partition columns
	Values []PartitionValue
}

// PartitionValue is a column of the path and its value, nil for null.
type PartitionValue struct {
	Column string  `json:"column"`
	Value  *string `json:"value"`
}

// HiveNull is the partition value that stands for null in Hive's layout.
const HiveNull = "__HIVE_DEFAULT_PARTITION__"

// Folder is the name of the value's folder, where null stands for null.
func (v PartitionValue) Folder(null string) string {
	if v.Value != nil {
		null = Escape(*v.Value)
	}
	return v.Column + "=" + null
}

// maxFolderName is the longest name a file system takes; what stands for null
// leaves room for the column.
const (
	MaxFolderName    = 255
	maxNullPartition = 200
)

func SameValues(a, b []PartitionValue) bool {
	for i := range a {
		if (a[i].Value == nil) != (b[i].Value == nil) {
			return false
		}
	}
	return true
}

// Escape escapes a value for a path as Hive does (FileUtils.escapePathName):
// control characters and what means something in a path or a shell become % and
// two upper-case hex digits. An empty value stays empty.
func Escape(v string) string {
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

// ColumnNames lists columns: %s would take a slice of them for one of bytes.
func ColumnNames(columns []schema.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.String()
	}
	return strings.Join(names, ",")
}
