package stdio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

func TestStdin(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	const rows = "one\r\ntwo\r\n"
	for _, test := range []struct {
		name     string
		streamed bool
		size     int64
		reads    int // how often standard input can be read
	}{
		{"spooled", false, int64(len(rows)), 2},
		{"streamed", true, -1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(t.Context(), disk.Store{}, strings.NewReader(rows), io.Discard, test.streamed)
			info, err := s.Stat(t.Context(), storage.Stdio)
			if err != nil || info.Size != test.size || info.Name != storage.Stdio {
				t.Errorf("stat: %+v, %v", info, err)
			}
			for range test.reads {
				r, err := s.Open(t.Context(), storage.Stdio, "")
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(r); string(got) != rows || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
				r.Close()
			}
		})
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestStdinInterrupted checks that waiting for input ends when it is interrupted.
func TestStdinInterrupted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		streamed bool
	}{{"spooled", false}, {"streamed", true}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			interrupted := errors.New("interrupted")
			ctx, cancel := context.WithCancelCause(t.Context())
			stdin, feed := io.Pipe()
			defer feed.Close()
			go func() {
				_, err := feed.Write([]byte("a row"))
				cancel(errors.Join(interrupted, err))
			}()
			s := New(ctx, disk.Store{}, stdin, io.Discard, test.streamed)
			r, err := s.Open(ctx, storage.Stdio, "")
			if err == nil {
				_, err = io.Copy(io.Discard, r)
			}
			if !errors.Is(err, interrupted) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestStdinFails(t *testing.T) {
	t.Parallel()
	s := New(t.Context(), disk.Store{}, failing{}, io.Discard, false)
	if _, err := s.Stat(t.Context(), storage.Stdio); !errors.Is(err, io.ErrClosedPipe) || !strings.HasPrefix(err.Error(), "keep standard input: ") {
		t.Errorf("got %v", err)
	}
}

// failing is a reader and writer that always fails.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestStdout(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	s := New(t.Context(), disk.Store{}, nil, &stdout, true)
	out, err := s.Create(t.Context(), storage.Stdio, "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Abort()
	if _, err := io.WriteString(out, "rows"); err != nil {
		t.Fatal(err)
	}
	pending, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(t.Context(), pending); err != nil || pending.Size != 4 || stdout.String() != "rows" {
		t.Errorf("published %+v, %v; wrote %q", pending, err, stdout.String())
	}
}

func TestStdoutFails(t *testing.T) {
	t.Parallel()
	s := New(t.Context(), disk.Store{}, nil, failing{}, true)
	out, err := s.Create(t.Context(), storage.Stdio, "")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := io.WriteString(out, "rows"); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("write: %v", err)
		}
	}
	if _, err := out.Commit(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("commit: %v", err)
	}
}
