package convert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/internal/partition"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// stubFormat writes the first column of every row, a line each, and "end" last.
type stubFormat struct{ rows, bytes int64 }

func (stubFormat) Extension() string                   { return ".stub" }
func (f stubFormat) RowGroupSize() (rows, bytes int64) { return f.rows, f.bytes }
func (stubFormat) NewEncoder() encode.Encoder          { return stubEncoder{} }

func (stubFormat) NewPart(w io.Writer) (encode.PartWriter, error) {
	_, err := io.WriteString(w, "begin\n")
	return stubPart{w}, err
}

type stubEncoder struct{}

func (stubEncoder) Encode(_ []byte, batches []arrow.Record) (encode.RowGroup, error) {
	var b bytes.Buffer
	var rows int64
	for _, rec := range batches {
		col := rec.Column(0).(*array.String)
		for i := range col.Len() {
			fmt.Fprintf(&b, "%.9s\n", col.Value(i))
		}
		rows += rec.NumRows()
	}
	return encode.RowGroup{Data: b.Bytes(), Rows: rows}, nil
}

type stubPart struct{ w io.Writer }

func (p stubPart) Append(g encode.RowGroup) error {
	_, err := p.w.Write(g.Data)
	return err
}

func (stubPart) Stats() []encode.ColumnStats { return nil }

func (p stubPart) Close() error {
	_, err := io.WriteString(p.w, "end\n")
	return err
}

// folderOutputs is where a test's task writes.
type folderOutputs struct {
	storage.Store
	folder string
}

func (folderOutputs) PartName() string { return "part-0" }

func (folderOutputs) RejectsName() string { return "rejects.jsonl.gz" }

func (o folderOutputs) Create(ctx context.Context, name string) (storage.Output, error) {
	return o.Store.Create(ctx, storage.Join(o.folder, name), storage.Join(o.folder, "pending"))
}

func (o folderOutputs) Discard(ctx context.Context, written []storage.Pending) {
	for _, p := range written {
		_ = o.Store.Discard(ctx, p)
	}
}

// newOutputs returns a folder of its own to write to.
func newOutputs(t *testing.T) (to folderOutputs, folder string) {
	folder = filepath.Join(t.TempDir(), "table")
	return folderOutputs{disk.Store{}, folder}, folder
}

// publish makes parts visible and returns what is in the folder then.
func publish(t *testing.T, to folderOutputs, parts []ledger.WrittenPart) map[string]string {
	t.Helper()
	for _, p := range parts {
		if err := to.Publish(t.Context(), p.Pending); err != nil {
			t.Fatal(err)
		}
	}
	return storagetest.ReadTree(t, to.folder)
}

func TestParts(t *testing.T) {
	t.Parallel()
	a, b, c := &table.Partition{Folder: "p=a/"}, &table.Partition{Folder: "p=b/"}, &table.Partition{}
	type group struct {
		to   *table.Partition
		data string
	}
	tests := []struct {
		name   string
		target int64
		open   int
		groups []group
		want   []string // name and content, in the order in which they were closed
	}{
		{"none", 100, 10, nil, nil},
		{"one", 100, 10, []group{{c, "1"}}, []string{"part-0-00000.stub 1"}},
		{"partitions", 100, 10, []group{{a, "1"}, {b, "2"}, {a, "3"}}, []string{"p=a/part-0-00000.stub 1 3", "p=b/part-0-00000.stub 2"}},
		{"rolls at its size", 10, 10, []group{{a, "1"}, {b, "2"}, {a, "3"}, {a, "4"}, {a, "5"}, {a, "6"}}, []string{"p=a/part-0-00000.stub 1 3", "p=a/part-0-00001.stub 4 5", "p=b/part-0-00000.stub 2", "p=a/part-0-00002.stub 6"}},
		{"one group is as large as a part", 1, 10, []group{{a, "1"}, {a, "2"}}, []string{"p=a/part-0-00000.stub 1", "p=a/part-0-00001.stub 2"}},
		{"too many open: the largest goes", 100, 2, []group{{a, "1"}, {b, "2"}, {b, "3"}, {c, "4"}, {b, "5"}}, []string{"p=b/part-0-00000.stub 2 3", "p=a/part-0-00000.stub 1", "part-0-00000.stub 4", "p=b/part-0-00001.stub 5"}},
		{"one open", 100, 1, []group{{a, "1"}, {b, "2"}, {a, "3"}}, []string{"p=a/part-0-00000.stub 1", "p=b/part-0-00000.stub 2", "p=a/part-0-00001.stub 3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dest, folder := newOutputs(t)
			s := newParts(dest, stubFormat{}, &table.Spec{TargetFileSize: tt.target, MaxOpenParts: tt.open})
			for _, g := range tt.groups {
				if err := s.append(t.Context(), &encodedRows{partition: g.to, RowGroup: encode.RowGroup{Data: []byte(g.data + "\n"), Rows: 1}}); err != nil {
					t.Fatal(err)
				}
				if len(s.open) > tt.open {
					t.Errorf("%d parts are open; want at most %d", len(s.open), tt.open)
				}
			}
			if err := s.close(); err != nil {
				t.Fatal(err)
			}
			s.abort() // after close there is nothing to do
			if n := len(storagetest.ReadTree(t, folder)); n != len(s.done) {
				t.Errorf("%d files before any is published; want %d staged ones", n, len(s.done))
			}
			files := publish(t, dest, s.done)
			var got []string
			for _, p := range s.done {
				data := files[p.Part.Name]
				lines := bytes.Fields([]byte(data))
				if int64(len(data)) != p.Part.Bytes || int64(len(lines)) != p.Part.Rows+2 {
					t.Errorf("%s says it has %d bytes, %d rows: %q", p.Part.Name, p.Part.Bytes, p.Part.Rows, data)
				}
				got = append(got, p.Part.Name+" "+string(bytes.Join(lines[1:len(lines)-1], []byte(" "))))
			}
			if !slices.Equal(got, tt.want) || len(files) != len(tt.want) {
				t.Errorf("wrote\n%q; want\n%q", got, tt.want)
			}
		})
	}
}

// A failing store ends a part with the store's own error, and nothing stays.
func TestPartsFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, op := range []string{"create", "write", "commit"} {
		for n := range 3 {
			t.Run(fmt.Sprintf("%s %d", op, n+1), func(t *testing.T) {
				t.Parallel()
				dest, folder := newOutputs(t)
				dest.Store = &storagetest.Hooked{Store: dest.Store, Before: storagetest.FailNth(op, n+1, broken)}
				s := newParts(dest, stubFormat{}, &table.Spec{TargetFileSize: 1, MaxOpenParts: 2})
				var err error
				for range 5 {
					if err == nil {
						err = s.append(t.Context(), &encodedRows{partition: &table.Partition{}, RowGroup: encode.RowGroup{Data: []byte("1\n"), Rows: 1}})
					}
				}
				if !errors.Is(err, broken) {
					t.Errorf("error is %v; want %v", err, broken)
				}
				s.abort()
				for _, p := range s.done {
					if err := dest.Store.Discard(t.Context(), p.Pending); err != nil {
						t.Error(err)
					}
				}
				if left := storagetest.ReadTree(t, folder); len(left) > 0 {
					t.Errorf("left %q", left)
				}
			})
		}
	}
}

// Row groups end by rows, by bytes, or because too much waits in all partitions.
func TestWriterRowGroups(t *testing.T) {
	t.Parallel()
	columns := []schema.Column{schema.Key, schema.ErrorCode}
	s := schema.Arrow(columns)
	const mib = 1 << 20
	type input struct {
		code  string
		block int
		size  int // of each key
	}
	tests := []struct {
		name   string
		format stubFormat
		in     []input
		want   []string // partition and rows of each row group
	}{
		{
			"by rows",
			stubFormat{10, 1 << 40},
			[]input{{"a", 4, 1}, {"b", 9, 1}, {"a", 7, 1}, {"b", 1, 1}, {"a", 1, 1}},
			[]string{"a 11", "b 10", "a 1"},
		},
		{
			"by bytes",
			stubFormat{1 << 40, 3 * mib},
			[]input{{"a", 1, 2 * mib}, {"b", 1, 2 * mib}, {"b", 1, 2 * mib}, {"a", 1, mib / 2}},
			[]string{"b 2", "a 2"},
		},
		{
			"the rest in the order of the first rows",
			stubFormat{10, 1 << 40},
			[]input{{"c", 1, 1}, {"a", 10, 1}, {"b", 1, 1}, {"a", 2, 1}},
			[]string{"a 10", "c 1", "a 2", "b 1"},
		},
		{
			"the largest when too much is held",
			stubFormat{1 << 40, 1 << 40},
			[]input{{"a", 1, 22 * mib}, {"b", 2, 15 * mib}, {"c", 1, 15 * mib}, {"b", 1, 15 * mib}, {"a", 1, mib}},
			[]string{"b 3", "a 2", "c 1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mem := batchtest.CheckedMemory(t, batch.NewRecycler())
			in := make(chan *rowBatch, len(tt.in))
			build := batch.NewBuilder(mem, columns)
			for _, part := range tt.in {
				key := make([]byte, part.size)
				for range part.block {
					build.Text(schema.Key, key)
					build.Text(schema.ErrorCode, []byte(part.code))
					build.Next()
				}
				in <- &rowBatch{rec: build.Finish()}
			}
			close(in)
			o := Options{Spec: table.Spec{PartitionBy: []schema.Column{schema.ErrorCode}}}.withDefaults()
			w := &writer{mem: mem, format: tt.format, columns: s, router: partition.NewRouter(&o.Spec)}
			out := make(chan *batch.Rows, 100)
			if err := w.route(t.Context(), in, out, func(*rowBatch) error { return nil }); err != nil {
				t.Fatal(err)
			}
			var got []string
			for rows := range out {
				got = append(got, fmt.Sprint(*rows.Partition.Values[0].Value, " ", rows.Count))
				rows.Release()
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("row groups are %q; want %q", got, tt.want)
			}
		})
	}
}

// A part whose footer counts other rows than were written is an error that names
// it, and nothing of it stays.
func TestPartsFooter(t *testing.T) {
	t.Parallel()
	every := batchtest.EveryType()
	batch := batchtest.NewBatch(t, batchtest.CheckedMemory(t, batch.NewRecycler()), every, []batchtest.Row{batchtest.SampleRow(every, 1), batchtest.SampleRow(every, 2), batchtest.SampleRow(every, 3)})
	defer batch.Release()
	f, err := parquetfile.New(every, parquetfile.Options{Compression: table.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	group, err := f.NewEncoder().Encode(nil, []arrow.Record{batch})
	if err != nil {
		t.Fatal(err)
	}
	group.Rows = 4
	dest, folder := newOutputs(t)
	s := newParts(dest, f, &table.Spec{TargetFileSize: 1 << 20, MaxOpenParts: 2})
	if err := s.append(t.Context(), &encodedRows{partition: &table.Partition{}, RowGroup: group}); err != nil {
		t.Fatal(err)
	}
	err = s.close()
	if want := "write part-0-00000.zstd.parquet: check what was written: the footer counts 3 rows, its row groups 3, not 4"; err == nil || err.Error() != want {
		t.Errorf("error is %v; want %s", err, want)
	}
	s.abort()
	if left := storagetest.ReadTree(t, folder); len(left) > 0 || len(s.done) > 0 {
		t.Errorf("left %q", left)
	}
}
