package convert

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// fourTasks is a report on disk whose four files are tasks of their own, and where it
// is converted to.
func fourTasks(t *testing.T) testTable {
	t.Helper()
	g, dir := reporttest.NewGenerator(1), t.TempDir()
	var files []reporttest.File
	for range 4 {
		files = append(files, g.File(reporttest.StatusFailed, 3000))
	}
	storagetest.WriteTree(t, dir, reporttest.ReportFiles(t, "in/", reporttest.JobA, files...))
	return testTable{filepath.Join(dir, "in"), filepath.Join(dir, "table")}
}

// allAtOnce has as many workers as four tasks at once take.
var allAtOnce = Options{Spec: table.Spec{TaskSize: 1, Format: table.NDJSON, Compression: table.None}, Run: Run{Workers: 16}}

// gatedStore asks gate before it opens a result file, of which several may be
// opened at once. Where gate returns an error, that is the file's.
type gatedStore struct {
	storage.Store
	gate func(ctx context.Context, opened int) error
	put  func(name string)

	mu     sync.Mutex
	opened int
}

// Open implements storage.Store.
func (s *gatedStore) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if strings.HasSuffix(name, ".csv") {
		s.mu.Lock()
		s.opened++
		n := s.opened
		s.mu.Unlock()
		if err := s.gate(ctx, n); err != nil {
			return nil, err
		}
	}
	return s.Store.Open(ctx, name, etag)
}

// Put implements storage.Store.
func (s *gatedStore) Put(ctx context.Context, name string, data []byte) error {
	err := s.Store.Put(ctx, name, data)
	if s.put != nil {
		s.put(name)
	}
	return err
}

// await waits for what, which comes at once unless something is wrong.
func await(ctx context.Context, what <-chan struct{}) error {
	select {
	case <-what:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(30 * time.Second):
		return errors.New("waited for what does not come")
	}
}

// Tasks of a job run at once where there are workers for them, and what they write
// does not depend on it. Progress is told by one of them at a time.
func TestTasksAtOnce(t *testing.T) {
	t.Parallel()
	alone := fourTasks(t)
	o := allAtOnce
	o.Workers = 1
	if _, err := alone.convert(t.Context(), t, disk.Store{}, o); err != nil {
		t.Fatal(err)
	}
	tb := fourTasks(t)
	all := make(chan struct{})
	store := &gatedStore{Store: disk.Store{}, gate: func(ctx context.Context, opened int) error {
		if opened == 4 {
			close(all)
		}
		return await(ctx, all)
	}}
	read := 0
	o = allAtOnce
	o.OnRead = func(bytes int) { read += bytes }
	summary, err := tb.convert(t.Context(), t, store, o)
	if err != nil {
		t.Fatal(err)
	}
	if int64(read) != summary.Totals.BytesIn {
		t.Errorf("progress tells of %d bytes; want %d", read, summary.Totals.BytesIn)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), storagetest.ReadTree(t, alone.dest))
}

// What finished beside a task that failed is kept: only the one that failed is run
// again.
func TestTaskFailsBesideOthers(t *testing.T) {
	t.Parallel()
	tb := fourTasks(t)
	broken := errors.New("broken")
	others := make(chan struct{})
	results := 0
	var mu sync.Mutex
	store := &gatedStore{
		Store: disk.Store{},
		gate: func(ctx context.Context, opened int) error {
			if opened != 2 {
				return nil
			}
			return errors.Join(await(ctx, others), broken)
		},
		put: func(name string) {
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(name, "/task-") {
				if results++; results == 3 {
					close(others)
				}
			}
		},
	}
	if _, err := tb.convert(t.Context(), t, store, allAtOnce); !errors.Is(err, broken) {
		t.Fatalf("error is %v", err)
	}
	again := &gatedStore{Store: disk.Store{}, gate: func(context.Context, int) error { return nil }}
	if _, err := tb.convert(t.Context(), t, again, allAtOnce); err != nil {
		t.Fatal(err)
	}
	if again.opened != 1 {
		t.Errorf("%d files are read again; want 1", again.opened)
	}
	clean := fourTasks(t)
	if _, err := clean.convert(t.Context(), t, disk.Store{}, allAtOnce); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), storagetest.ReadTree(t, clean.dest))
}

// A task that fails stops the others.
func TestTaskStopsOthers(t *testing.T) {
	t.Parallel()
	tb := fourTasks(t)
	broken := errors.New("broken")
	store := &gatedStore{Store: disk.Store{}, gate: func(ctx context.Context, opened int) error {
		if opened == 4 {
			return broken
		}
		return await(ctx, nil)
	}}
	if _, err := tb.convert(t.Context(), t, store, allAtOnce); !errors.Is(err, broken) {
		t.Errorf("error is %v; want %v", err, broken)
	}
	if left := storagetest.ReadTree(t, tb.dest); len(left) > 0 {
		t.Errorf("left %q", left)
	}
}

// BenchmarkTasksAtOnce converts a report of eight tasks whose MD5 takes far longer
// than all else: the time falls as workers, and with them tasks at once, increase.
func BenchmarkTasksAtOnce(b *testing.B) {
	g := reporttest.NewGenerator(1)
	var files []reporttest.File
	size := int64(0)
	for range 8 {
		files = append(files, g.File(reporttest.StatusFailed, 1<<20))
		size += int64(len(files[len(files)-1].Data))
	}
	dir := storagetest.WriteTree(b, b.TempDir(), reporttest.ReportFiles(b, "in/", reporttest.JobA, files...))
	for _, workers := range []int{1, 4, 8, 16, 32} {
		b.Run(fmt.Sprint(workers, " workers"), func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				o := allAtOnce
				o.Workers, o.Force = workers, true
				c := newConverter(disk.Store{}, filepath.Join(dir, "table"), o)
				c.newMD5 = reporttest.SlowMD5(100 * time.Nanosecond) // 10 MB/s
				if err := c.convert(b.Context(), []string{filepath.Join(dir, "in")}, &Summary{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
