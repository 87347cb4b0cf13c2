package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// line is a row of the files that tests read.
type line struct {
	Key       string  `parquet:"key,plain"`
	Code      *string `parquet:"error_code,dict,optional"`
	RequestID string  `parquet:"request_id,plain"`
	Message   string  `parquet:"message,plain"`
}

// groupRows is how many rows a row group has.
const groupRows = 300

// The columns' numbers.
const (
	keyColumn = iota
	codeColumn
	requestIDColumn
	messageColumn
)

// writeFile writes three row groups of several pages: keys k000 to k899 in order;
// every second row a code, code-Na or code-Nc in row group N; request ids in no
// order, with bloom filters.
func writeFile(t *testing.T, path, createdBy string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := parquet.NewGenericWriter[line](out, parquet.CreatedBy(createdBy, "1.0.0", "abc"), parquet.PageBufferSize(700),
		parquet.DataPageVersion(1), parquet.BloomFilters(parquet.SplitBlockFilter(10, "request_id")))
	for g := range 3 {
		for i := range groupRows {
			n := g*groupRows + i
			l := line{Key: fmt.Sprintf("dir/k%03d", n), RequestID: fmt.Sprintf("id-%04d", n*7919%9000), Message: strings.Repeat("m", n%40)}
			if code := fmt.Sprintf("code-%d%c", g, "ac"[i%4/2]); i%2 == 0 {
				l.Code = &code
			}
			if _, err := w.Write([]line{l}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, root string) *layout {
	t.Helper()
	l, err := openLayout("test", root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return l
}

// pagesOf adds up the pages of a chunk that have rows from one number up to
// another, with its dictionary page.
func pagesOf(t *testing.T, f *file, group, column int, from, to int64) (bytes int64) {
	t.Helper()
	m := &f.Metadata().RowGroups[group].Columns[column].MetaData
	if m.DictionaryPageOffset > 0 {
		bytes = m.DataPageOffset - m.DictionaryPageOffset
	}
	pages, err := f.RowGroups()[group].ColumnChunks()[column].OffsetIndex()
	if err != nil {
		t.Fatal(err)
	}
	if pages.NumPages() < 3 {
		t.Fatalf("column %d has %d pages only", column, pages.NumPages())
	}
	for p := range pages.NumPages() {
		end := int64(groupRows)
		if p+1 < pages.NumPages() {
			end = pages.FirstRowIndex(p + 1)
		}
		if pages.FirstRowIndex(p) < to && from < end {
			bytes += pages.CompressedPageSize(p)
		}
	}
	return bytes
}

// keyPage returns the rows of the page of keys that has this row.
func keyPage(t *testing.T, f *file, group int, row int64) (from, to int64) {
	t.Helper()
	pages, err := f.RowGroups()[group].ColumnChunks()[keyColumn].OffsetIndex()
	if err != nil {
		t.Fatal(err)
	}
	p := pages.NumPages() - 1
	to = groupRows
	for pages.FirstRowIndex(p) > row {
		to = pages.FirstRowIndex(p)
		p--
	}
	return pages.FirstRowIndex(p), to
}

func TestScan(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "task_status=failed", "a%20b=c%3Dd", "none="+hiveNull, "part.parquet"), "batchreport")
	l := open(t, root)
	f := l.files[0]
	columns := func(group int) []int64 { // sizes of the offset indexes
		var sizes []int64
		for _, c := range f.Metadata().RowGroups[group].Columns {
			sizes = append(sizes, int64(c.OffsetIndexLength))
		}
		return sizes
	}
	sum := func(sizes []int64) (n int64) {
		for _, size := range sizes {
			n += size
		}
		return n
	}
	allPages := func(group int, from, to int64) (n int64) {
		for c := range 4 {
			n += pagesOf(t, f, group, c, from, to)
		}
		return n
	}
	var blooms, chunks int64
	for _, g := range f.Metadata().RowGroups {
		blooms += int64(g.Columns[requestIDColumn].MetaData.BloomFilterLength)
		for _, c := range g.Columns {
			chunks += c.MetaData.TotalCompressedSize
		}
	}
	keyIndex := int64(f.Metadata().RowGroups[0].Columns[keyColumn].ColumnIndexLength)
	keyIndex1 := int64(f.Metadata().RowGroups[1].Columns[keyColumn].ColumnIndexLength)
	from, to := keyPage(t, f, 1, 10)
	first, _ := keyPage(t, f, 0, 100)
	_, last := keyPage(t, f, 0, 199)
	codes := &f.Metadata().RowGroups[1].Columns[codeColumn].MetaData
	failed := condition{column: "task_status", text: "failed"}

	tests := []struct {
		name string
		q    query
		want scan
	}{
		{"everything", query{}, scan{footers: f.footer, pages: chunks}},
		{"a column", query{columns: []string{"task_status", "message"}}, scan{footers: f.footer, pages: pagesOf(t, f, 0, messageColumn, 0, groupRows) + pagesOf(t, f, 1, messageColumn, 0, groupRows) + pagesOf(t, f, 2, messageColumn, 0, groupRows)}},
		{"a column of the path", query{columns: []string{"task_status"}}, scan{footers: f.footer}},
		{"a partition that is this", query{where: []condition{failed}}, scan{footers: f.footer, pages: chunks}},
		{"a partition that is not this", query{where: []condition{{column: "task_status", text: "succeeded"}}}, scan{}},
		{"an escaped partition", query{columns: []string{"task_status"}, where: []condition{{column: "a%20b", text: "c=d"}}}, scan{footers: f.footer}},
		{"a partition that is null", query{where: []condition{{column: "none", text: hiveNull}}}, scan{}},
		{"a key", query{where: []condition{failed, {column: "key", text: "dir/k310"}}}, scan{footers: f.footer, indexes: keyIndex1 + sum(columns(1)), pages: allPages(1, from, to)}},
		{"a key, one other column", query{columns: []string{"message"}, where: []condition{{column: "key", text: "dir/k310"}}}, scan{
			footers: f.footer, indexes: keyIndex1 + columns(1)[keyColumn] + columns(1)[messageColumn],
			pages: pagesOf(t, f, 1, keyColumn, from, to) + pagesOf(t, f, 1, messageColumn, from, to),
		}},
		{"a key prefix", query{where: []condition{{column: "key", text: "dir/k1", prefix: true}}}, scan{footers: f.footer, indexes: keyIndex + sum(columns(0)), pages: allPages(0, first, last)}},
		{"a key beyond", query{where: []condition{{column: "key", text: "dir/k9"}}}, scan{footers: f.footer}},
		{"a key between pages", query{where: []condition{{column: "key", text: fmt.Sprintf("dir/k%03dx", 299+to)}}}, scan{footers: f.footer, indexes: keyIndex1 + columns(1)[keyColumn]}},
		{"a request id that is not there", query{where: []condition{{column: "request_id", text: "id-5000x"}}}, scan{footers: f.footer, blooms: blooms}},
		{"a code that is not there", query{where: []condition{{column: "error_code", text: "code-1b"}}}, scan{footers: f.footer, pages: codes.DataPageOffset - codes.DictionaryPageOffset}},
		{"a code and a key elsewhere", query{where: []condition{{column: "key", text: "dir/k310"}, {column: "error_code", text: "code-2a"}}}, scan{footers: f.footer}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := scanLayout(l, tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
	if tests[7].want.pages*2 > chunks/3 {
		t.Errorf("a key reads %d bytes of pages of %d: nothing to see here", tests[7].want.pages, chunks)
	}
	if _, err := scanLayout(l, query{columns: []string{"result_template"}}); err == nil {
		t.Error("no error for a column that is not there")
	}
	if _, err := scanLayout(l, query{where: []condition{{column: "bucket", text: "x"}}}); err == nil {
		t.Error("no error for a condition on a column that is not there")
	}

	t.Run("without index", func(t *testing.T) {
		var want int64
		for i := range f.Metadata().RowGroups[1].Columns {
			c := &f.Metadata().RowGroups[1].Columns[i]
			c.ColumnIndexOffset = 0
			want += c.MetaData.TotalCompressedSize
		}
		got, err := scanLayout(l, query{where: []condition{{column: "key", text: "dir/k310"}}})
		if want := (scan{footers: f.footer, pages: want}); err != nil || got != want {
			t.Errorf("%+v, want %+v: %v", got, want, err)
		}
	})
}

func TestExcludes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		c         condition
		low, high string
		want      bool
	}{
		{"equal, within", condition{text: "b"}, "a", "c", false},
		{"equal, at the ends", condition{text: "b"}, "b", "b", false},
		{"equal, below", condition{text: "b"}, "c", "d", true},
		{"equal, above", condition{text: "b"}, "a", "az", true},
		{"prefix, within", condition{text: "b", prefix: true}, "a", "c", false},
		{"prefix, low begins with it", condition{text: "b", prefix: true}, "bz", "c", false},
		{"prefix, high begins with it", condition{text: "b", prefix: true}, "a", "b0", false},
		{"prefix, below", condition{text: "b", prefix: true}, "c", "d", true},
		{"prefix, above", condition{text: "b", prefix: true}, "a", "az", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.c.excludes([]byte(tt.low), []byte(tt.high)); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestIntersect(t *testing.T) {
	t.Parallel()
	a := []span{{0, 10}, {20, 30}, {40, 50}}
	for _, tt := range []struct{ b, want []span }{
		{nil, nil},
		{[]span{{0, 100}}, a},
		{[]span{{5, 25}}, []span{{5, 10}, {20, 25}}},
		{[]span{{10, 20}, {30, 40}}, nil},
		{[]span{{9, 10}, {25, 45}, {49, 60}}, []span{{9, 10}, {25, 30}, {40, 45}, {49, 50}}},
	} {
		if got := intersect(a, tt.b); !slices.Equal(got, tt.want) {
			t.Errorf("with %v: %v, want %v", tt.b, got, tt.want)
		}
	}
}
