package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"
)

// tailLength is that of what is behind the footer: the footer's length in four bytes,
// and the magic number.
const tailLength = 4 + len(magic)

// FooterSize returns how many bytes at the end of a file its footer has, with what is
// behind it. tail has the file's last eight bytes or more.
func FooterSize(tail []byte) (int64, error) {
	if len(tail) < tailLength || string(tail[len(tail)-len(magic):]) != magic {
		return 0, errors.New("no Parquet footer")
	}
	return int64(binary.LittleEndian.Uint32(tail[len(tail)-tailLength:])) + int64(tailLength), nil
}

// CheckFooter parses the footer at the end of tail, the last bytes of a
// file, and reports where it differs from a file of so many rows and these
// columns. The bytes must have been checked: a damaged footer may ask for any
// amount of memory.
func CheckFooter(tail []byte, rows int64, columns []string) error {
	size, err := FooterSize(tail)
	if err != nil {
		return err
	}
	if size > int64(len(tail)) {
		return fmt.Errorf("footer of %d bytes in the last %d bytes", size, len(tail))
	}
	var footer pq.FileMetaData
	data := tail[int64(len(tail))-size : len(tail)-tailLength]
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data, &footer); err != nil {
		return fmt.Errorf("parse footer: %w", err)
	}
	var inGroups int64
	for i, group := range footer.RowGroups {
		inGroups += group.NumRows
		if len(group.Columns) != len(columns) {
			return fmt.Errorf("row group %d has %d columns, not %d", i, len(group.Columns), len(columns))
		}
	}
	if footer.NumRows != rows || inGroups != rows {
		return fmt.Errorf("the footer counts %d rows, its row groups %d, not %d", footer.NumRows, inGroups, rows)
	}
	var names []string
	for _, element := range footer.Schema[min(1, len(footer.Schema)):] { // the first is the root
		names = append(names, element.Name)
	}
	if !slices.Equal(names, columns) {
		return fmt.Errorf("the footer has the columns %q, not %q", names, columns)
	}
	return nil
}
