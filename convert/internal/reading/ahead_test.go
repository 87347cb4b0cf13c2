package reading

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"batchreport/convert/plan"
)

// opens notes which files are opened and closed.
type opens struct {
	mu     sync.Mutex
	opened []string
	closed []string
}

// open opens a file, unless its name says that this fails.
func (o *opens) open(_ context.Context, file *plan.File) (*input, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened = append(o.opened, file.Name)
	switch {
	case strings.HasPrefix(file.Name, "bad"):
		return nil, errors.New("open " + file.Name)
	case strings.HasPrefix(file.Name, "panic"):
		panic(file.Name)
	}
	return &input{file: file, close: func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.closed = append(o.closed, file.Name)
	}}, nil
}

// count returns how many files were opened, once no more are.
func (o *opens) count() int {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.opened)
}

func filesOf(sizes ...int64) (files []plan.File) {
	for i, size := range sizes {
		files = append(files, plan.File{Name: fmt.Sprint(i), Size: size})
	}
	return files
}

// What is opened ahead is near, and not much.
func TestOpenerAhead(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	tests := []struct {
		name  string
		files []plan.File
		read  int64
		want  int
	}{
		{"none", nil, 0, 0},
		{"small files", filesOf(slices.Repeat([]int64{200_000}, 50)...), 0, openAhead},
		{"files of a megabyte", filesOf(slices.Repeat([]int64{mib}, 50)...), 0, 9},
		{"files of four", filesOf(slices.Repeat([]int64{4 * mib}, 50)...), 0, 3},
		{"large files", filesOf(64*mib, 64*mib), 0, 1},
		{"nearly at the end of one", filesOf(64*mib, 64*mib, 64*mib), 56*mib - 1, 1},
		{"at the end of one", filesOf(64*mib, 64*mib, 64*mib), 56 * mib, 2},
		{"empty files", filesOf(slices.Repeat([]int64{0}, 50)...), 0, openAhead},
		{"a stream", filesOf(-1, 5), 0, 0},
		{"before a stream", filesOf(5, -1, 5), 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var seen opens
				o := newOpener(t.Context(), tt.files, seen.open)
				o.ahead(tt.read)
				o.ahead(tt.read)
				if got := seen.count(); got != tt.want {
					t.Errorf("%d files are open; want %d", got, tt.want)
				}
				o.close()
				if len(seen.closed) != tt.want {
					t.Errorf("%d files are closed; want %d", len(seen.closed), tt.want)
				}
			})
		})
	}
}

// Files come in their order, streams too, each once, and an error when its file's
// turn has come.
func TestOpenerNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string
		want  int // files that come
		err   string
	}{
		{"all", strings.Split(strings.Repeat("file ", 40), " ")[:40], 40, ""},
		{"first", []string{"bad", "file"}, 0, "open bad"},
		{"later", []string{"file", "file", "bad", "file", "bad 2"}, 2, "open bad"},
		{"panic", []string{"file", "panic", "bad"}, 1, "internal error, please report it: panic"},
	}
	for _, tt := range tests {
		for _, size := range []int64{-1, 0, 1 << 20, 1 << 30} {
			t.Run(fmt.Sprint(tt.name, " ", size), func(t *testing.T) {
				t.Parallel()
				var seen opens
				var files []plan.File
				for _, name := range tt.files {
					files = append(files, plan.File{Name: name, Size: size})
				}
				o := newOpener(t.Context(), files, seen.open)
				n := 0
				var err error
				for n < len(files) {
					o.ahead(int64(n) * size)
					var in *input
					if in, err = o.next(); err != nil {
						break
					}
					if in.file != &files[n] {
						t.Errorf("file %d is %s", n, in.file.Name)
					}
					in.close()
					n++
				}
				o.close()
				if n != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
					t.Errorf("%d files came, then %v; want %d, %q", n, err, tt.want, tt.err)
				}
				good := 0
				for _, name := range seen.opened {
					if name == "file" {
						good++
					}
				}
				if good != len(seen.closed) {
					t.Errorf("%d files opened, %d closed", good, len(seen.closed))
				}
			})
		}
	}
}

// Whoever waits for a file waits no longer than the run.
func TestOpenerCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		o := newOpener(ctx, filesOf(1, 1, 1), func(ctx context.Context, _ *plan.File) (*input, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		})
		o.ahead(0)
		done := make(chan error, 1)
		go func() {
			_, err := o.next()
			done <- err
		}()
		synctest.Wait()
		cancel(stop)
		if err := <-done; !errors.Is(err, stop) {
			t.Errorf("error is %v; want %v", err, stop)
		}
		o.close()
	})
}
