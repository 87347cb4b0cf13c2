package delta

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

var testColumns = []Column{{"key", "utf8"}, {"report_row", "int64"}, {"error_code", "dictionary<values=utf8, indices=uint32, ordered=false>"}}

func testLog(store storage.Store, dest string) *Log {
	return &Log{Store: store, Folder: dest, Program: "batchreport version 1.0.0 (build x)"}
}

func testFile(name string) File {
	code := "a b%/é"
	return File{
		Name: "error_code=" + name + "/part-0.parquet", Partition: []table.PartitionValue{{Column: "error_code", Value: &code}}, Bytes: 12, Rows: 3,
		Stats: FormatStats([]ColumnStats{{Column: "key", Nulls: 1, Min: "a", Max: "b"}}),
	}
}

// change brings a job to a state: it adds and removes files by name.
func change(job string, number int64, add, remove []string) *Change {
	c := &Change{Operation: "WRITE", Parameters: map[string]string{"job": job}, Txns: []Txn{{job, number}}, Columns: testColumns, PartitionBy: []string{"error_code"}}
	for _, name := range add {
		c.Add = append(c.Add, testFile(name))
	}
	for _, name := range remove {
		c.Remove = append(c.Remove, testFile(name).Name)
	}
	return c
}

// write writes a change unless the log has it.
func write(t *testing.T, l *Log, job string, number int64, add, remove []string) *State {
	t.Helper()
	s, err := l.Write(t.Context(), func(s *State) (*Change, error) {
		if n, ok := s.Brought(job); ok && n == number {
			return nil, nil
		}
		return change(job, number, add, remove), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names returns the files of the table, and fails where one is given twice.
func names(t *testing.T, l *Log) []string {
	t.Helper()
	var all []string
	s, err := l.Read(t.Context())
	if err == nil {
		err = l.Files(t.Context(), s, func(f File) error { all = append(all, f.Name); return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func wantNames(t *testing.T, l *Log, want ...string) {
	t.Helper()
	for i := range want {
		want[i] = testFile(want[i]).Name
	}
	slices.Sort(want)
	if got := names(t, l); !slices.Equal(got, want) {
		t.Errorf("the table has %q, want %q", got, want)
	}
}

// A table that changes and changes back has the files of its newest version, whoever reads it.
func TestWrite(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	l := testLog(disk.Store{}, dest)
	if s, err := l.Read(t.Context()); err != nil || s.Exists() {
		t.Fatalf("%+v, %v of no log", s, err)
	}
	write(t, l, "one", 1, []string{"a", "b%2Fc é"}, nil)
	write(t, l, "two", 1, []string{"d"}, nil)
	write(t, l, "one", 2, []string{"e"}, []string{"a", "b%2Fc é"})
	wantNames(t, l, "d", "e")
	write(t, testLog(disk.Store{}, dest), "one", 1, []string{"a", "b%2Fc é"}, []string{"e"})
	s := write(t, l, "one", 1, []string{"never"}, nil)
	if s.Version != 3 {
		t.Errorf("version %d, want 3: the log has that state", s.Version)
	}
	for _, l := range []*Log{l, testLog(disk.Store{}, dest)} {
		wantNames(t, l, "a", "b%2Fc é", "d")
	}
	if n, ok := s.Brought("two"); n != 1 || !ok || !slices.Equal(s.Apps(), []string{"one", "two"}) || !slices.Equal(s.PartitionBy(), []string{"error_code"}) {
		t.Errorf("state %+v", s)
	}
}

// A model of the table is compared after each of 250 versions, and at last from the checkpoint alone.
func TestCheckpoints(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	l := testLog(disk.Store{}, dest)
	model := map[string]bool{}
	for i := range 250 {
		add, remove := fmt.Sprint(i), []string(nil)
		model[add] = true
		if i%3 == 2 { // brings back, in the next round, what it takes away
			old := fmt.Sprint((i * 7) % i)
			if model[old] {
				delete(model, old)
				remove = []string{old}
			} else {
				model[old], add = true, old
				delete(model, fmt.Sprint(i))
			}
		}
		s := write(t, l, fmt.Sprint("job", i%5), int64(i), []string{add}, remove)
		if tail := s.Version - s.checkpoint; tail >= leastInterval {
			t.Fatalf("version %d has its last checkpoint at %d", s.Version, s.checkpoint)
		}
		if i%31 == 0 {
			wantNames(t, testLog(disk.Store{}, dest), slices.Collect(maps.Keys(model))...)
		}
	}
	versions, _ := filepath.Glob(dest + "/_delta_log/*.json")
	if len(versions) != 250 {
		t.Fatalf("%d versions", len(versions))
	}
	for _, name := range versions {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	l = testLog(disk.Store{}, dest)
	wantNames(t, l, slices.Collect(maps.Keys(model))...)
	s := write(t, l, "job4", 249, nil, nil)
	if s.Version != 249 {
		t.Errorf("version %d: the checkpoint lost a txn", s.Version)
	}
	var tombstones int
	err := l.scan(t.Context(), s, func(a *action) error {
		if a.Add != nil && a.Add.Stats != `{"numRecords":3,"minValues":{"key":"a"},"maxValues":{"key":"b"},"nullCount":{"key":1}}` {
			return fmt.Errorf("statistics %s", a.Add.Stats)
		}
		if a.Remove != nil {
			tombstones++
		}
		return nil
	})
	if err != nil || tombstones == 0 {
		t.Errorf("%d removed files are known, %v", tombstones, err)
	}
}

// Eight writers race for each version: each gets the next, and none is lost or doubled.
func TestRace(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	const writers, rounds = 8, 6
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			l := testLog(disk.Store{}, dest)
			for i := range rounds {
				name := fmt.Sprintf("%d-%d", w, i)
				if _, err := l.Write(t.Context(), func(*State) (*Change, error) { return change(fmt.Sprint(w), int64(i), []string{name}, nil), nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	l := testLog(disk.Store{}, dest)
	if s, err := l.Read(t.Context()); err != nil || s.Version != writers*rounds-1 || len(s.txns) != writers {
		t.Errorf("%+v, %v", s, err)
	}
	if got := names(t, l); len(got) != writers*rounds {
		t.Errorf("%d files: %q", len(got), got)
	}
}

// What another program has written is refused with what to do, and nothing is written behind it.
func TestForeign(t *testing.T) {
	t.Parallel()
	ours := `{"commitInfo":{"engineInfo":"batchreport/9"}}` + "\n"
	const v1, v2 = "00000000000000000001", "00000000000000000002"
	for name, files := range map[string]map[string]string{
		"of Spark":           {v1 + ".json": `{"commitInfo":{"engineInfo":"Apache-Spark/3.5 Delta-Lake/3.2"}}` + "\n"},
		"without commitInfo": {v1 + ".json": `{"add":{"path":"x"}}` + "\n"},
		"empty":              {v1 + ".json": ""},
		"no JSON":            {v1 + ".json": ours + "{"},
		"a feature":          {v1 + ".json": ours + `{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}`},
		"another protocol":   {v1 + ".json": ours + `{"protocol":{"minReaderVersion":2,"minWriterVersion":5}}`},
		"a schema of parts":  {v1 + ".json": ours + `{"metaData":{"schemaString":"{\"fields\":[{\"type\":{\"type\":\"array\"}}]}"}}`},
		"a gap":              {v2 + ".json": ours},
		"parts":              {v1 + ".checkpoint.0000000001.0000000002.parquet": "x"},
		"a UUID":             {v1 + ".checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet": "x"},
		"a checksum":         {v1 + ".crc": "{}"},
		"staged":             {"_staged_commits/x.json": "{}"},
		"no checkpoint":      {v1 + ".checkpoint.parquet": "PAR1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dest := t.TempDir()
			write(t, testLog(disk.Store{}, dest), "one", 1, []string{"a"}, nil)
			storagetest.WriteTree(t, dest+"/_delta_log", files)
			before := storagetest.ReadTree(t, dest)
			_, err := testLog(disk.Store{}, dest).Write(t.Context(), func(*State) (*Change, error) { return change("two", 1, nil, nil), nil })
			var foreign *ForeignError
			var hinted *storage.Error
			if !errors.As(err, &foreign) || !errors.As(err, &hinted) || !strings.Contains(hinted.Hint, "batchreport delta DEST") {
				t.Errorf("error %v", err)
			}
			if after := storagetest.ReadTree(t, dest); !maps.Equal(before, after) {
				t.Errorf("it wrote %d files", len(after)-len(before))
			}
		})
	}
}

// A log that this process knows is looked at again before each version: another program may have come in between.
func TestForeignInBetween(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	l := testLog(disk.Store{}, dest)
	write(t, l, "one", 1, []string{"a"}, nil)
	_, err := l.Write(t.Context(), func(s *State) (*Change, error) {
		if s.Version == 0 {
			storagetest.WriteTree(t, dest+"/_delta_log", map[string]string{"00000000000000000001.json": `{"commitInfo":{"engineInfo":"another"}}`})
		}
		return change("two", 1, []string{"b"}, nil), nil
	})
	if foreign := (*ForeignError)(nil); !errors.As(err, &foreign) {
		t.Errorf("error %v", err)
	}
	if got := storagetest.ReadTree(t, dest+"/_delta_log"); len(got) != 2 {
		t.Errorf("%d files in the log", len(got))
	}
}

// New columns come with the version that needs them; what does not fit is refused.
func TestColumns(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	l := testLog(disk.Store{}, dest)
	write(t, l, "one", 1, []string{"a"}, nil)
	grown := change("two", 1, []string{"b"}, nil)
	grown.Columns = append([]Column{{"size", "int64"}, {"at", "timestamp[us, tz=UTC]"}, {"x", "float64"}, {"n", "int32"}}, testColumns[1:]...)
	s, err := l.Write(t.Context(), func(*State) (*Change, error) { return grown, nil })
	if err != nil {
		t.Fatal(err)
	}
	version := storagetest.ReadTree(t, dest)["_delta_log/00000000000000000001.json"]
	if !strings.Contains(version, `{"metaData":`) || strings.Contains(version, `{"protocol":`) || strings.Index(version, `{"metaData":`) > strings.Index(version, `{"add":`) {
		t.Errorf("version 1 is %s", version)
	}
	var got []string
	for _, f := range s.fields {
		got = append(got, f.Name+" "+f.Type)
	}
	if want := []string{"key string", "report_row long", "error_code string", "size long", "at timestamp", "x double", "n integer"}; !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
	var partitions *PartitionError
	var milliseconds *MillisecondsError
	if err := s.Check(testColumns, []string{"job_id"}); !errors.As(err, &partitions) {
		t.Errorf("other partition columns: %v", err)
	}
	if err := s.Check([]Column{{"at", "timestamp[ms, tz=UTC]"}}, []string{"error_code"}); !errors.As(err, &milliseconds) {
		t.Errorf("milliseconds: %v", err)
	}
	if err := s.Check([]Column{{"size", "utf8"}}, []string{"error_code"}); err == nil || !strings.Contains(err.Error(), "column size is long there, and would be string") {
		t.Errorf("another type: %v", err)
	}
	if _, err := fieldsOf([]Column{{"x", "list<item: utf8>"}}); err == nil {
		t.Error("a list is taken for a column")
	}
}

// Old versions go once a checkpoint stands for them, and the rest is read as before.
func TestExpire(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	l := testLog(disk.Store{}, dest)
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprint(i))
		write(t, l, "one", int64(i), want[i:], nil)
	}
	if names, err := l.Expire(t.Context(), time.Now().Add(-time.Hour), false); len(names) != 0 || err != nil {
		t.Errorf("%q of young versions, %v", names, err)
	}
	later := time.Now().Add(time.Hour)
	storagetest.WriteTree(t, dest+"/_delta_log", map[string]string{"old.pending": "x", "00000000000000000099.json.pending": "x"})
	if err := os.Chtimes(dest+"/_delta_log/old.pending", time.Time{}, time.Now().Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	dry, err := l.Expire(t.Context(), later, true)
	names, err2 := l.Expire(t.Context(), later, false)
	if len(names) == 0 || !slices.Equal(names, dry) || errors.Join(err, err2) != nil {
		t.Errorf("%q, in a dry run %q, %v, %v", names, dry, err, err2)
	}
	left := storagetest.ReadTree(t, dest+"/_delta_log")
	if left["old.pending"] != "" || left["00000000000000000099.json.pending"] == "" {
		t.Error("of what was left, the old one is to go")
	}
	if _, ok := left["00000000000000000018.json"]; ok || left["00000000000000000019.json"] == "" || left["00000000000000000019.checkpoint.parquet"] == "" {
		t.Errorf("left %q", slices.Sorted(maps.Keys(left)))
	}
	wantNames(t, testLog(disk.Store{}, dest), want...)
	write(t, testLog(disk.Store{}, dest), "one", 99, []string{"x"}, nil)
	wantNames(t, l, append(want[:0:0], func() (all []string) {
		for i := range 25 {
			all = append(all, fmt.Sprint(i))
		}
		return append(all, "x")
	}()...)...)
}
