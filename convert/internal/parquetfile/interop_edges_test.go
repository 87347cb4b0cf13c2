package parquetfile

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/schema"
)

var edges = flag.String("edges", "", "write the tables of TestEdgeTables to this `folder`, for readers that are not written in Go")

// edgeTable is a table at the edges of what a file says about itself: bounds,
// null counts, pages, dictionaries.
type edgeTable struct {
	name        string
	compression encode.Compression
	pageSize    int
	groups      [][][]batchtest.Row
}

// edgeTables returns tables in which every column type meets every form of
// values (edgeCells), every place of nulls (edgeNulls), pages of one value, of
// some, and of all, and every codec.
func edgeTables() []edgeTable {
	codecs := []encode.Compression{encode.Zstd, encode.Snappy, encode.Gzip, encode.None}
	var tables []edgeTable
	add := func(name string, codec encode.Compression, pageSize int, groups ...[][]batchtest.Row) {
		tables = append(tables, edgeTable{fmt.Sprintf("%s-%s-%d", name, codec, pageSize), codec, pageSize, groups})
	}
	nulls := len(edgeNulls())
	for form := range edgeForms {
		for i, pageSize := range []int{1, 300, 1 << 20} {
			var groups [][][]batchtest.Row
			for g := range nulls {
				const rows = 133 // two steps of 64, and some
				groups = append(groups, [][]batchtest.Row{edgeRows(form, g, g*rows, 70), edgeRows(form, g, g*rows+70, rows-70)})
			}
			add(fmt.Sprint("form", form), codecs[(form+i)%len(codecs)], pageSize, groups...)
		}
	}
	for _, codec := range codecs {
		// Many entries in a dictionary, and pages of which zstd's frames are of
		// strings that have nothing but their lengths in common, and of similar ones.
		const rows = 2500
		add("lengths", codec, 40_000, [][]batchtest.Row{scatter(edgeRows(edgeForms-1, 2, 0, rows))})
		add("similar", codec, 40_000, [][]batchtest.Row{resemble(scatter(edgeRows(edgeForms-1, 2, 0, rows)))})
		add("many", codec, 40_000, [][]batchtest.Row{edgeRows(edgeForms-1, 0, 0, rows)}, [][]batchtest.Row{edgeRows(edgeForms-1, 2, rows, rows)})
		add("no-rows", codec, 300)
		add("one-row", codec, 300, [][]batchtest.Row{edgeRows(edgeForms-2, 0, 0, 1)})
		add("one-null", codec, 300, [][]batchtest.Row{{make(batchtest.Row, len(batchtest.EveryType().Fields()))}})
	}
	return tables
}

// edgeRows returns rows from row number at; the places of nulls differ by column.
func edgeRows(form, nulls, at, n int) []batchtest.Row {
	rows := make([]batchtest.Row, n)
	for i := range rows {
		for c, field := range batchtest.EveryType().Fields() {
			if places := edgeNulls(); places[(nulls+c)%len(places)](i, n) {
				rows[i] = append(rows[i], nil)
				continue
			}
			rows[i] = append(rows[i], edgeCells(field.Type)[form](at+i))
		}
	}
	return rows
}

// edgeNulls are the places of nulls: whether row i of n is one.
func edgeNulls() []func(i, n int) bool {
	return []func(i, n int) bool{
		func(_, _ int) bool { return false },
		func(_, _ int) bool { return true },
		func(i, _ int) bool { return i == 0 },
		func(i, n int) bool { return i == n-1 },
		func(i, _ int) bool { return i != 0 },
		func(i, n int) bool { return i != n-1 },
		func(i, _ int) bool { return i/32%2 == 0 },
		func(i, _ int) bool { return i/32%2 == 1 },
		func(i, _ int) bool { return i%2 == 0 },
	}
}

// scatter makes other strings of strings, in which nothing repeats but lengths,
// and these only now and then.
func scatter(rows []batchtest.Row) []batchtest.Row {
	for i, r := range rows {
		for c, v := range r {
			if text, ok := v.(string); ok {
				sum := sha256.Sum256([]byte(text))
				r[c] = base64.StdEncoding.EncodeToString(sum[:])[i%7:]
			}
		}
	}
	return rows
}

// resemble makes of random strings, but for each ninth, some in which parts of
// them are all that differs.
func resemble(rows []batchtest.Row) []batchtest.Row {
	for i, r := range rows {
		for c, v := range r {
			if text, ok := v.(string); ok && i%9 > 0 {
				r[c] = fmt.Sprintf("{'RequestId': '%.20s', 'RetryAttempts': %d, 'HTTPHeaders': {'x-amz-request-id': '%.20s'}}", text, i%13, text)
			}
		}
	}
	return rows
}

// edgeForms is how many functions edgeCells has for each type.
const edgeForms = 9

// edgeCells are the forms of values: the value of row i.
func edgeCells(t arrow.DataType) []func(i int) any {
	spread := func(i int) uint64 { return uint64(i+1) * 0x9E3779B97F4A7C15 }
	switch t.ID() {
	case arrow.INT32:
		return integers(func(i int64) any { return int32(i) }, math.MinInt32, math.MaxInt32, func(i int) any { return int32(spread(i) >> 32) })
	case arrow.INT64:
		return integers(func(i int64) any { return i }, math.MinInt64, math.MaxInt64, func(i int) any { return int64(spread(i)) })
	case arrow.TIMESTAMP:
		// Whole milliseconds from 1900 to 2299: ClickHouse knows no other times, and
		// JavaScript no smaller parts of a second.
		const low, high = -2_208_988_800_000, 10_413_791_999_999
		at := func(ms int64) any { return arrow.Timestamp(ms * 1000) }
		return integers(at, low, high, func(i int) any { return at(int64(spread(i)>>1%(high-low)) + low) })
	case arrow.FLOAT64:
		return []func(i int) any{
			func(int) any { return 1.5 },
			func(int) any { return 0.0 },
			func(i int) any { return float64(i) / 4 },
			func(i int) any { return -float64(i) / 4 },
			func(i int) any { return []float64{math.Copysign(0, -1), 0, 1, 0}[i/70%4] },
			func(i int) any { return []float64{math.NaN(), 1, -2}[i%3] },
			func(i int) any { return []float64{math.Inf(1), math.MaxFloat64, 1}[i/40%3] },
			func(i int) any {
				return []float64{math.Inf(-1), -math.MaxFloat64, -math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64, math.NaN()}[i/50%5]
			},
			func(i int) any { return float64(int64(spread(i))) / (1 << 40) },
		}
	}
	return []func(i int) any{
		func(int) any { return "x" },
		func(int) any { return "" },
		func(i int) any { return fmt.Sprintf("%06d", i) },
		func(i int) any { return fmt.Sprintf("%06d", 100_000-i) },
		func(i int) any { return strings.Repeat("prefix/", 10) + fmt.Sprintf("%04d", i*7%1000) }, // cut in a page's bounds
		func(i int) any { return strings.Repeat("é", 600) + fmt.Sprint(i%300) },                  // none of a chunk
		func(i int) any { return strings.Repeat("\U0010FFFF", i%40) },                            // none above
		func(i int) any { return edgeStrings()[i%len(edgeStrings())] },
		func(i int) any { return fmt.Sprintf("%016X%016x", spread(i), spread(i)*31) },
	}
}

// integers returns the forms of integers from low to high.
func integers(cell func(i int64) any, low, high int64, spread func(i int) any) []func(i int) any {
	return []func(i int) any{
		func(int) any { return cell(7) },
		func(int) any { return cell(0) },
		func(i int) any { return cell(int64(i) - 200) },
		func(i int) any { return cell(200 - int64(i)) },
		func(i int) any { return cell([]int64{low, -1, 0, 1, high}[i%5]) },
		func(i int) any { return cell(low + int64(i)) },
		func(i int) any { return cell(high - int64(i)) },
		func(i int) any { return cell([]int64{low, high}[i/100%2]) },
		spread,
	}
}

// edgeStrings are strings that sort in one way by their bytes and in another as
// UTF-16, that SQL and JSON escape, or that are nearly the same. JavaScript
// drops a byte order mark that comes first, so there is none.
func edgeStrings() []string {
	return []string{
		"", "\x00", "a", "a\x00", "a\x00b", "\x7f", "\u0080", "ÿ", "\u07ff", "\u0800", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "\U0010FFFF",
		"'", `"`, `\`, `\N`, "\n", "\r\n", "%", "NULL", "null", "NaN", "007", "-0",
		strings.Repeat("p", 63), strings.Repeat("p", 64), strings.Repeat("p", 65), strings.Repeat("p", 62) + "é", strings.Repeat("p", 63) + "é",
	}
}

// TestEdgeTables reads the tables with parquet-go, whole and pruned, and checks
// what the files say about themselves.
func TestEdgeTables(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	seen := &pageKinds{}
	for _, table := range edgeTables() {
		t.Run(table.name, func(t *testing.T) {
			f, err := New(s, Options{Compression: table.compression, Bloom: bloomed()})
			if err != nil {
				t.Fatal(err)
			}
			f.(*fileFormat).pageSize = table.pageSize
			data := batchtest.EncodePart(t, batchtest.CheckedMemory(t, batch.NewRecycler()), f, s, table.groups)
			want := batchtest.Flatten(table.groups)
			batchtest.CompareRows(t, normalNaN(readParquet(t, s, data)), normalNaN(want))
			checkPages(t, s, data, table.groups)
			checkLayout(t, data)
			checkPruned(t, s, data, want)
			seen.add(t, s, data)
			writeEdges(t, s, table.name, data, want)
		})
	}
	seen.check(t)
}

// TestEdgeLies: a reader that prunes loses rows to a file that lies about itself.
// This is what shows that the pruning above, and that of other readers, is one.
func TestEdgeLies(t *testing.T) {
	t.Parallel()
	s := schema.Arrow([]schema.Column{schema.ReportRow})
	f, err := New(s, Options{Compression: encode.Zstd, Bloom: []string{"report_row"}})
	if err != nil {
		t.Fatal(err)
	}
	f.(*fileFormat).pageSize = 300
	var rows []batchtest.Row
	for i := range 1000 {
		if i%10 == 0 {
			rows = append(rows, batchtest.Row{nil})
			continue
		}
		rows = append(rows, batchtest.Row{int64(i)})
	}
	data := batchtest.EncodePart(t, batchtest.CheckedMemory(t, batch.NewRecycler()), f, s, [][][]batchtest.Row{{rows}})
	for _, tt := range []struct {
		name  string
		lie   func(t *testing.T, data []byte) []byte
		where where
	}{
		{"statistics", lieInStatistics, where{"=", int64(999)}},
		{"null-count", lieInNullCount, where{"null", nil}},
		{"page-index", lieInPageIndex, where{"=", int64(999)}},
		{"bloom", lieInBloom, where{"=", int64(999)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := countWhere(rows, 0, tt.where)
			if got := prunedCount(t, s, data, 0, tt.where); got != want || want == 0 {
				t.Fatalf("%d rows of the file that is true, want %d", got, want)
			}
			lie := tt.lie(t, data)
			if got := prunedCount(t, s, lie, 0, tt.where); got != 0 {
				t.Errorf("%d rows of the file that lies, want none", got)
			}
			writeEdges(t, s, "lie-"+tt.name, lie, rows)
		})
	}
}

// normalNaN puts in place of NaN, which equals nothing, something that does.
func normalNaN(rows []batchtest.Row) []batchtest.Row {
	var normal []batchtest.Row
	for _, r := range rows {
		r = slices.Clone(r)
		for c, v := range r {
			if batchtest.IsNaN(v) {
				r[c] = "NaN"
			}
		}
		normal = append(normal, r)
	}
	return normal
}

// writeEdges writes a table and the rows it must have, as JSON objects of texts
// that keep every bit, nulls left out; if it was asked for.
func writeEdges(t *testing.T, s *arrow.Schema, name string, data []byte, rows []batchtest.Row) {
	t.Helper()
	if *edges == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*edges, name+".parquet"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(*edges, name+".ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	enc := json.NewEncoder(w)
	for _, r := range rows {
		object := map[string]string{}
		for c, v := range r {
			if v != nil {
				object[s.Field(c).Name] = edgeText(v)
			}
		}
		if err := enc.Encode(object); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Flush(), file.Close()); err != nil {
		t.Fatal(err)
	}
}

func edgeText(v any) string {
	switch v := v.(type) {
	case arrow.Timestamp:
		return strconv.FormatInt(int64(v), 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}
