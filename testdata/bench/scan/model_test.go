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
// order, with bloom filters. It returns the file's folder.
func writeFile(t *testing.T, path, createdBy string) string {
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
	return filepath.Dir(path)
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

// pagesOf returns where the pages of a chunk are that have rows from one number up to
// another, and its dictionary page.
func pagesOf(t *testing.T, f *file, group, column int, from, to int64) (ranges []byteRange) {
	t.Helper()
	m := &f.Metadata().RowGroups[group].Columns[column].MetaData
	if m.DictionaryPageOffset > 0 {
		ranges = append(ranges, byteRange{m.DictionaryPageOffset, m.DataPageOffset - m.DictionaryPageOffset})
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
			ranges = append(ranges, byteRange{pages.Offset(p), pages.CompressedPageSize(p)})
		}
	}
	return ranges
}

// together is one request for all of these, and what lies between them.
func together(ranges ...byteRange) cost {
	first, last := ranges[0].start, ranges[0].end()
	for _, r := range ranges {
		first, last = min(first, r.start), max(last, r.end())
	}
	return cost{last - first, 1}
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
	groups := f.Metadata().RowGroups
	columnIndex := func(group, column int) byteRange {
		c := &groups[group].Columns[column]
		return byteRange{c.ColumnIndexOffset, int64(c.ColumnIndexLength)}
	}
	offsetIndexes := func(group int, columns ...int) (ranges []byteRange) {
		for _, column := range columns {
			c := &groups[group].Columns[column]
			ranges = append(ranges, byteRange{c.OffsetIndexOffset, int64(c.OffsetIndexLength)})
		}
		return ranges
	}
	all := []int{keyColumn, codeColumn, requestIDColumn, messageColumn}
	allPages := func(group int, from, to int64) (ranges []byteRange) {
		for _, c := range all {
			ranges = append(ranges, pagesOf(t, f, group, c, from, to)...)
		}
		return ranges
	}
	footer := cost{min(f.size, footerGuess), 1}
	everything := together(slices.Concat(allPages(0, 0, groupRows), allPages(2, 0, groupRows))...)
	messages := together(slices.Concat(pagesOf(t, f, 0, messageColumn, 0, groupRows), pagesOf(t, f, 2, messageColumn, 0, groupRows))...)
	filter := func(group int) cost {
		size := f.RowGroups()[group].ColumnChunks()[requestIDColumn].BloomFilter().Size()
		return cost{bloomHeader + size, 2}
	}
	dictionary := func(group, column int) cost {
		m := &groups[group].Columns[column].MetaData
		return cost{m.DataPageOffset - m.DictionaryPageOffset, 1}
	}
	from, to := keyPage(t, f, 1, 10)
	first, _ := keyPage(t, f, 0, 100)
	_, last := keyPage(t, f, 0, 199)
	failed := condition{column: "task_status", text: "failed"}
	oneKey := together(allPages(1, from, to)...)

	tests := []struct {
		name string
		q    query
		want []cost // added up
		once cost
	}{
		{"everything", query{}, []cost{footer, everything}, cost{}},
		{"a column", query{columns: []string{"task_status", "message"}}, []cost{footer, messages}, cost{}},
		{"a column twice", query{columns: []string{"message", "message"}}, []cost{footer, messages}, cost{}},
		{"a column of the path", query{columns: []string{"task_status"}}, []cost{footer}, cost{}},
		{"a partition that is this", query{where: []condition{failed}}, []cost{footer, everything}, cost{}},
		{"a partition that is not this", query{where: []condition{{column: "task_status", text: "succeeded"}}}, nil, cost{}},
		{"an escaped partition", query{columns: []string{"task_status"}, where: []condition{{column: "a%20b", text: "c=d"}}}, []cost{footer}, cost{}},
		{"a partition that is null", query{where: []condition{{column: "none", text: hiveNull}}}, nil, cost{}},
		{"a key", query{where: []condition{failed, {column: "key", text: "dir/k310"}}, unique: true}, []cost{
			footer, together(columnIndex(1, keyColumn)), together(offsetIndexes(1, all...)...), oneKey,
		}, oneKey},
		{"a key, one other column", query{columns: []string{"message"}, where: []condition{{column: "key", text: "dir/k310"}}}, []cost{
			footer, together(columnIndex(1, keyColumn)), together(offsetIndexes(1, keyColumn, messageColumn)...),
			together(slices.Concat(pagesOf(t, f, 1, keyColumn, from, to), pagesOf(t, f, 1, messageColumn, from, to))...),
		}, cost{}},
		{"a key that is not there", query{where: []condition{{column: "key", text: "dir/k310x"}}, unique: true}, []cost{
			footer, together(columnIndex(1, keyColumn)), together(offsetIndexes(1, all...)...), oneKey,
		}, cost{}},
		{"a key prefix", query{where: []condition{{column: "key", text: "dir/k1", prefix: true}}}, []cost{
			footer, together(columnIndex(0, keyColumn)), together(offsetIndexes(0, all...)...), together(allPages(0, first, last)...),
		}, cost{}},
		{"a key beyond", query{where: []condition{{column: "key", text: "dir/k9"}}}, []cost{footer}, cost{}},
		{"a key between pages", query{where: []condition{{column: "key", text: fmt.Sprintf("dir/k%03dx", 299+to)}}}, []cost{
			footer, together(columnIndex(1, keyColumn)),
		}, cost{}},
		{"a request id that is not there", query{where: []condition{{column: "request_id", text: "id-5000x"}}}, []cost{
			footer,
			together(columnIndex(0, requestIDColumn)), filter(0), together(columnIndex(1, requestIDColumn)), filter(1),
			together(columnIndex(2, requestIDColumn)), filter(2),
		}, cost{}},
		{"a code that is not there", query{where: []condition{{column: "error_code", text: "code-1b"}}}, []cost{
			footer, together(columnIndex(1, codeColumn)), dictionary(1, codeColumn),
		}, cost{}},
		{"a code and a key elsewhere", query{where: []condition{{column: "key", text: "dir/k310"}, {column: "error_code", text: "code-2a"}}}, []cost{footer}, cost{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want scan
			for _, c := range tt.want {
				want.all.add(c)
			}
			want.once = tt.once
			got, err := scanLayout(l, tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
	if oneKey.bytes*2 > everything.bytes {
		t.Errorf("a key reads %d bytes of %d: nothing to see here", oneKey.bytes, everything.bytes)
	}
	if _, err := scanLayout(l, query{columns: []string{"result_template"}}); err == nil {
		t.Error("no error for a column that is not there")
	}
	if _, err := scanLayout(l, query{where: []condition{{column: "bucket", text: "x"}}}); err == nil {
		t.Error("no error for a condition on a column that is not there")
	}

	t.Run("without index", func(t *testing.T) {
		for i := range groups[1].Columns {
			groups[1].Columns[i].ColumnIndexOffset = 0
		}
		var want scan
		want.all.add(footer)
		want.all.add(together(allPages(1, 0, groupRows)...))
		got, err := scanLayout(l, query{where: []condition{{column: "key", text: "dir/k310"}}})
		if err != nil || got != want {
			t.Errorf("%+v, want %+v: %v", got, want, err)
		}
	})
	t.Run("large footer", func(t *testing.T) {
		f.footer, f.size = 3*footerGuess, 9*footerGuess
		got, err := scanLayout(l, query{columns: []string{"task_status"}})
		if want := (cost{4 * footerGuess, 2}); err != nil || got.all != want {
			t.Errorf("%+v, want %+v: %v", got.all, want, err)
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
