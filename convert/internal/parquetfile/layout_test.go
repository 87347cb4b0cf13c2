package parquetfile

import (
	"cmp"
	"slices"
	"testing"

	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
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

// TestChunkOrder: chunks lie as Order says, but for the first column, and the footer has
// them in the schema's order, with the bounds of those only that are not Unbounded.
func TestChunkOrder(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	var names []string
	for _, f := range s.Fields() {
		names = append(names, f.Name)
	}
	last, first := names[len(names)-1], names[0]
	f, err := New(s, Options{Compression: encode.Zstd, Order: []string{last, "not_in_the_file", names[2], first}, Unbounded: []string{names[2], "not_in_the_file"}})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat([]string{first, last, names[2], names[1]}, names[3:len(names)-1])
	rows := []batchtest.Row{batchtest.SampleRow(s, 1), batchtest.SampleRow(s, 2)}
	groups := [][][]batchtest.Row{{rows}, {rows}}
	data := batchtest.EncodePart(t, batchtest.CheckedMemory(t, batch.NewRecycler()), f, s, groups)
	checkLayout(t, data)
	batchtest.CompareRows(t, readParquet(t, s, data), slices.Concat(rows, rows))
	for g, group := range openParquet(t, data).Metadata().RowGroups {
		for i, c := range group.Columns {
			if got := c.MetaData.PathInSchema[0]; got != names[i] {
				t.Errorf("row group %d: column %d is %s, want %s", g, i, got, names[i])
			}
			stat := c.MetaData.Statistics
			if bounded := stat.MinValue != nil && stat.MaxValue != nil; bounded != (i != 2 && stat.NullCount < group.NumRows) {
				t.Errorf("row group %d: column %s has bounds: %v", g, names[i], bounded)
			}
		}
		if start := chunkStart(group.Columns[0].MetaData); start != group.FileOffset {
			t.Errorf("row group %d: it begins at %d, its first column at %d", g, group.FileOffset, start)
		}
		columns := slices.Clone(group.Columns)
		slices.SortFunc(columns, func(a, b pq.ColumnChunk) int { return cmp.Compare(chunkStart(a.MetaData), chunkStart(b.MetaData)) })
		var got []string
		for _, c := range columns {
			got = append(got, c.MetaData.PathInSchema[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("row group %d: chunks are in the order %q, want %q", g, got, want)
		}
	}
}
