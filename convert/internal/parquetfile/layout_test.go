package parquetfile

import (
	"cmp"
	"slices"
	"testing"

	pq "github.com/parquet-go/parquet-go/format"
)

// piece is a part of a file that its footer names.
type piece struct {
	name       string
	start, end int64
}

// checkLayout checks that what the footer names follows one another without a hole and
// without an overlap, from the magic number to the footer, and that each row group is a
// piece of its own.
func checkLayout(t *testing.T, data []byte) {
	t.Helper()
	size, err := FooterSize(data)
	if err != nil {
		t.Fatal(err)
	}
	pieces := []piece{
		{"magic number", 0, int64(len(magic))},
		{"footer", int64(len(data)) - size, int64(len(data))},
	}
	add := func(name string, start, length int64) {
		if length > 0 {
			pieces = append(pieces, piece{name, start, start + length})
		}
	}
	for _, group := range openParquet(t, data).Metadata().RowGroups {
		end := group.FileOffset + group.TotalCompressedSize
		for _, c := range group.Columns {
			m := c.MetaData
			name := m.PathInSchema[0]
			start := chunkStart(m)
			if start < group.FileOffset || start+m.TotalCompressedSize > end {
				t.Errorf("chunk %s from %d to %d, its row group from %d to %d", name, start, start+m.TotalCompressedSize, group.FileOffset, end)
			}
			add("chunk "+name, start, m.TotalCompressedSize)
			add("filter "+name, m.BloomFilterOffset, int64(m.BloomFilterLength))
			add("column index "+name, c.ColumnIndexOffset, int64(c.ColumnIndexLength))
			add("offset index "+name, c.OffsetIndexOffset, int64(c.OffsetIndexLength))
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int { return cmp.Compare(a.start, b.start) })
	for i, p := range pieces[1:] {
		if before := pieces[i]; before.end != p.start {
			t.Errorf("%s ends at %d, %s begins at %d", before.name, before.end, p.name, p.start)
		}
	}
}

// chunkStart is where the first page of a chunk is.
func chunkStart(m pq.ColumnMetaData) int64 {
	if m.DictionaryPageOffset != 0 {
		return m.DictionaryPageOffset
	}
	return m.DataPageOffset
}
