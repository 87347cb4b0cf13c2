package parquetfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pq "github.com/parquet-go/parquet-go/format"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/zstdpage"
)

// where is a condition on a column: =, <, >= a value that is not NaN, or null.
type where struct {
	op    string
	value any
}

func (w where) matches(cell any) bool {
	if w.op == "null" || cell == nil {
		return w.op == "null" && cell == nil
	}
	if batchtest.IsNaN(cell) {
		return false
	}
	switch order := batchtest.CompareCells(cell, w.value); w.op {
	case "=":
		return order == 0
	case "<":
		return order < 0
	default:
		return order >= 0
	}
}

// promise is what a file says about a chunk or a page.
type promise struct {
	rows, nulls int64
	low, high   any // nil where it says nothing
}

// excludes reports whether no row can match.
func (p promise) excludes(w where) bool {
	switch {
	case w.op == "null":
		return p.nulls == 0
	case p.nulls == p.rows:
		return true
	case p.low == nil || p.high == nil:
		return false
	case w.op == "=":
		return batchtest.CompareCells(p.low, w.value) > 0 || batchtest.CompareCells(p.high, w.value) < 0
	case w.op == "<":
		return batchtest.CompareCells(p.low, w.value) >= 0
	default:
		return batchtest.CompareCells(p.high, w.value) < 0
	}
}

type promisedChunk struct {
	promise
	bloom parquet.BloomFilter // or nil
	pages []promisedPage
}

type promisedPage struct {
	promise
	cells []any
}

// promisedChunks reads a column as parquet-go sees it: statistics, indexes, and
// the pages where the offset index says they are.
func promisedChunks(t testing.TB, s *arrow.Schema, data []byte, c int) (chunks []promisedChunk) {
	t.Helper()
	bound := func(v parquet.Value) any { return goValue(s.Field(c).Type, v) }
	for _, group := range openParquet(t, data).RowGroups() {
		column := group.ColumnChunks()[c].(*parquet.FileColumnChunk)
		chunk := promisedChunk{promise: promise{rows: group.NumRows(), nulls: column.NullCount()}, bloom: column.BloomFilter()}
		if low, high, ok := column.Bounds(); ok {
			chunk.low, chunk.high = bound(low), bound(high)
		}
		index, err := column.ColumnIndex()
		if err != nil {
			t.Fatal(err)
		}
		offsets, err := column.OffsetIndex()
		if err != nil {
			t.Fatal(err)
		}
		pages := column.Pages()
		for p := range index.NumPages() {
			page := promisedPage{promise: promise{nulls: index.NullCount(p)}, cells: pageCells(t, s.Field(c).Type, pages, offsets.FirstRowIndex(p))}
			page.rows = int64(len(page.cells))
			if !index.NullPage(p) {
				page.low, page.high = bound(index.MinValue(p)), bound(index.MaxValue(p))
			}
			chunk.pages = append(chunk.pages, page)
		}
		if err := pages.Close(); err != nil {
			t.Fatal(err)
		}
		chunks = append(chunks, chunk)
	}
	return chunks
}

func pageCells(t testing.TB, typ arrow.DataType, pages parquet.Pages, first int64) []any {
	t.Helper()
	if err := pages.SeekToRow(first); err != nil {
		t.Fatal(err)
	}
	page, err := pages.ReadPage()
	if err != nil {
		t.Fatal(err)
	}
	defer parquet.Release(page)
	values := make([]parquet.Value, page.NumValues())
	if n, err := page.Values().ReadValues(values); n != len(values) || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%d of %d values: %v", n, len(values), err)
	}
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = goValue(typ, v)
	}
	return cells
}

// prunedCount counts the rows that match, in what the file does not exclude.
func prunedCount(t testing.TB, s *arrow.Schema, data []byte, c int, w where) int {
	t.Helper()
	return countIn(t, promisedChunks(t, s, data, c), w)
}

func countIn(t testing.TB, chunks []promisedChunk, w where) (n int) {
	t.Helper()
	for _, chunk := range chunks {
		if chunk.excludes(w) {
			continue
		}
		if chunk.bloom != nil && w.op == "=" {
			has, err := chunk.bloom.Check(parquetValue(w.value))
			if err != nil {
				t.Fatal(err)
			}
			if !has {
				continue
			}
		}
		for _, page := range chunk.pages {
			if !page.excludes(w) {
				n += countCells(page.cells, w)
			}
		}
	}
	return n
}

func countWhere(rows []batchtest.Row, c int, w where) int { return countCells(cellsOf(rows, c), w) }

func countCells(cells []any, w where) (n int) {
	for _, cell := range cells {
		if w.matches(cell) {
			n++
		}
	}
	return n
}

// checkPruned compares, for conditions with values that are there and such that
// are not, what is found in what the file does not exclude with what there is.
func checkPruned(t *testing.T, s *arrow.Schema, data []byte, rows []batchtest.Row) {
	t.Helper()
	for c, field := range s.Fields() {
		chunks := promisedChunks(t, s, data, c)
		conditions := []where{{op: "null"}}
		for _, v := range sampleCells(cellsOf(rows, c)) {
			conditions = append(conditions, where{"=", v}, where{"<", v}, where{">=", v})
		}
		for _, w := range conditions {
			if got, want := countIn(t, chunks, w), countWhere(rows, c, w); got != want {
				t.Errorf("column %s %s %.100q: %d rows, want %d", field.Name, w.op, w.value, got, want)
			}
		}
	}
}

// sampleCells returns the ends and the middle of the values, and for strings some
// beside them.
func sampleCells(cells []any) (sample []any) {
	values := slices.DeleteFunc(slices.Clone(cells), func(v any) bool { return v == nil || batchtest.IsNaN(v) })
	slices.SortFunc(values, batchtest.CompareCells)
	values = slices.CompactFunc(values, func(a, b any) bool { return batchtest.CompareCells(a, b) == 0 })
	if len(values) == 0 {
		return nil
	}
	for _, i := range []int{0, 1, len(values) / 2, len(values) - 2, len(values) - 1} {
		v := values[min(max(i, 0), len(values)-1)]
		sample = append(sample, v)
		if text, ok := v.(string); ok {
			sample = append(sample, text+"\x00", string(lowerBound([]byte(text), pageBoundSize)), string(upperBound([]byte(text), pageBoundSize)))
		}
	}
	return sample
}

// pageKinds counts what tables had, so that none of the edges gets lost.
type pageKinds struct {
	firstNull, lastNull, allNull, noNull, cut, unbounded, lengths, similar, full int

	encoder zstdpage.Encoder
}

func (k *pageKinds) add(t *testing.T, s *arrow.Schema, data []byte) {
	t.Helper()
	file := openParquet(t, data)
	for c := range s.Fields() {
		for g, chunk := range promisedChunks(t, s, data, c) {
			if chunk.low == nil && chunk.nulls < chunk.rows {
				k.unbounded++
			}
			codec := file.Metadata().RowGroups[g].Columns[c].MetaData.Codec
			locations := file.OffsetIndexes()[g*s.NumFields()+c].PageLocations
			for p, page := range chunk.pages {
				k.addPage(page)
				if codec == pq.Zstd {
					at := locations[p].Offset
					k.addFrame(t, data[at:at+int64(locations[p].CompressedPageSize)])
				}
			}
		}
	}
}

func (k *pageKinds) addPage(page promisedPage) {
	switch {
	case page.nulls == page.rows:
		k.allNull++
		return
	case page.nulls == 0:
		k.noNull++
	case page.cells[0] == nil:
		k.firstNull++
	case page.cells[len(page.cells)-1] == nil:
		k.lastNull++
	}
	if low, ok := page.low.(string); ok && len(low) == pageBoundSize {
		k.cut++
	}
}

// addFrame tells frames apart by who makes the same of what is in them.
func (k *pageKinds) addFrame(t *testing.T, page []byte) {
	t.Helper()
	frame := page[bytes.Index(page, []byte("\x28\xb5\x2f\xfd")):]
	content, err := parquet.Zstd.Decode(nil, frame)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case bytes.Equal(frame, k.encoder.Lengths(nil, content)):
		k.lengths++
	case bytes.Equal(frame, k.encoder.Similar(nil, content)):
		k.similar++
	default:
		k.full++
	}
}

func (k *pageKinds) check(t *testing.T) {
	t.Helper()
	if min(k.firstNull, k.lastNull, k.allNull, k.noNull, k.cut, k.unbounded, k.lengths, k.similar, k.full) == 0 {
		t.Errorf("the tables lack an edge: first %d, last %d, all, no null %d, %d, cut %d, unbounded %d; frames: lengths %d, similar %d, full %d",
			k.firstNull, k.lastNull, k.allNull, k.noNull, k.cut, k.unbounded, k.lengths, k.similar, k.full)
	}
}

// lieInStatistics makes the greatest value of every chunk its least.
func lieInStatistics(t *testing.T, data []byte) []byte {
	t.Helper()
	return editFooter(t, data, func(m *pq.ColumnMetaData) { m.Statistics.MaxValue = m.Statistics.MinValue })
}

// lieInNullCount says that no chunk has a null.
func lieInNullCount(t *testing.T, data []byte) []byte {
	t.Helper()
	return editFooter(t, data, func(m *pq.ColumnMetaData) { m.Statistics.NullCount = 0 })
}

func editFooter(t *testing.T, data []byte, edit func(*pq.ColumnMetaData)) []byte {
	t.Helper()
	size, err := FooterSize(data)
	if err != nil {
		t.Fatal(err)
	}
	start := len(data) - int(size)
	var footer pq.FileMetaData
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data[start:len(data)-tailLength], &footer); err != nil {
		t.Fatal(err)
	}
	for _, group := range footer.RowGroups {
		for c := range group.Columns {
			edit(&group.Columns[c].MetaData)
		}
	}
	edited, err := thrift.Marshal(new(thrift.CompactProtocol), footer)
	if err != nil {
		t.Fatal(err)
	}
	file := append(slices.Clone(data[:start]), edited...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(edited)))
	return append(file, magic...)
}

// lieInPageIndex makes the greatest value of every page its least.
func lieInPageIndex(t *testing.T, data []byte) []byte {
	t.Helper()
	file := slices.Clone(data)
	for _, group := range openParquet(t, data).Metadata().RowGroups {
		for _, chunk := range group.Columns {
			index := file[chunk.ColumnIndexOffset : chunk.ColumnIndexOffset+int64(chunk.ColumnIndexLength)]
			var columns pq.ColumnIndex
			if err := thrift.Unmarshal(new(thrift.CompactProtocol), index, &columns); err != nil {
				t.Fatal(err)
			}
			columns.MaxValues = columns.MinValues
			edited, err := thrift.Marshal(new(thrift.CompactProtocol), columns)
			if err != nil || len(edited) != len(index) {
				t.Fatalf("%d bytes instead of %d: %v", len(edited), len(index), err)
			}
			copy(index, edited)
		}
	}
	return file
}

// lieInBloom says of every value that it is not there.
func lieInBloom(t *testing.T, data []byte) []byte {
	t.Helper()
	file := slices.Clone(data)
	for _, group := range openParquet(t, data).Metadata().RowGroups {
		for _, chunk := range group.Columns {
			m := &chunk.MetaData
			end := m.BloomFilterOffset + int64(m.BloomFilterLength)
			clear(file[end-int64(bloomBlocks(int(m.NumValues-m.Statistics.NullCount))*bloom.BlockSize) : end]) // behind the header
		}
	}
	return file
}
