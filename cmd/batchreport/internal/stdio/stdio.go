// Package stdio lets a command read standard input and pipes, and write standard output, as if
// they were objects of a store.
package stdio

import (
	"context"
	"io"
	"os"
	"sync"

	"batchreport/convert/storage"
)

// Store is a store that also has standard input and output, both by the name
// storage.Stdio. Standard input and pipes are read once: either they are kept in
// temporary files, so that they can be hashed before they are converted, or they
// are streams whose size is not known.
type Store struct {
	storage.Store
	storage.Bulk
	stdout io.Writer

	stream   io.Reader
	streamed bool

	mu     sync.Mutex
	spools map[string]spool // by name
}

// New returns store with standard input and output. streamed says that inputs are streams,
// which are not kept. A read that waits for input ends when ctx is cancelled.
func New(ctx context.Context, store storage.Store, stdin io.Reader, stdout io.Writer, streamed bool) *Store {
	s := &Store{Store: store, Bulk: storage.BulkOf(store), stdout: stdout, stream: stdin, streamed: streamed, spools: map[string]spool{}}
	if !streamed {
		s.spools[storage.Stdio] = sync.OnceValues(func() (*spooled, error) {
			return spoolFile(standardInput, interruptible(ctx, stdin))
		})
	}
	return s
}

// kept returns what keeps the input of that name; nil if nothing does.
func (s *Store) kept(name string) spool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spools[name]
}

// keep returns what keeps the pipe of that name, from now on if nothing did.
func (s *Store) keep(ctx context.Context, name string) spool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spools[name] == nil {
		s.spools[name] = sync.OnceValues(func() (*spooled, error) {
			in, err := s.Store.Open(ctx, name, "")
			if err != nil {
				return nil, err
			}
			return spoolFile(storage.Shown(name), in)
		})
	}
	return s.spools[name]
}

// Stat implements storage.Store. The size of a stream is -1, and so is that of a pipe
// that has not been opened.
func (s *Store) Stat(ctx context.Context, name string) (storage.Info, error) {
	kept := s.kept(name)
	switch {
	case kept != nil:
		in, err := kept()
		if err != nil {
			return storage.Info{}, err
		}
		return storage.Info{Name: name, Size: in.size}, nil
	case name == storage.Stdio:
		return storage.Info{Name: name, Size: -1}, nil
	default:
		return s.Store.Stat(ctx, name)
	}
}

// Open implements storage.Store.
func (s *Store) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	if kept := s.kept(name); kept != nil {
		return kept.open()
	}
	if name == storage.Stdio {
		return filled(standardInput, interruptible(ctx, s.stream))
	}
	if storage.IsS3(name) {
		return s.Store.Open(ctx, name, etag)
	}
	info, err := s.Store.Stat(ctx, name)
	isPipe := err == nil && info.Size < 0
	if isPipe && !s.streamed {
		return s.keep(ctx, name).open()
	}
	in, err := s.Store.Open(ctx, name, etag)
	if isPipe && name != os.DevNull && err == nil {
		return filled(storage.Shown(name), in)
	}
	return in, err
}

// Create implements storage.Store. What is written to standard output is seen at once.
func (s *Store) Create(ctx context.Context, name, staging string) (storage.Output, error) {
	if name != storage.Stdio {
		return s.Store.Create(ctx, name, staging)
	}
	return &output{w: s.stdout}, nil
}

// Publish implements storage.Store.
func (s *Store) Publish(ctx context.Context, p storage.Pending) error {
	if p.Name != storage.Stdio {
		return s.Store.Publish(ctx, p)
	}
	return nil
}

// Discard implements storage.Store.
func (s *Store) Discard(ctx context.Context, p storage.Pending) error {
	if p.Name != storage.Stdio {
		return s.Store.Discard(ctx, p)
	}
	return nil
}

// Shown returns how messages name a destination.
func Shown(dest string) string {
	if dest == storage.Stdio {
		return "standard output"
	}
	return storage.Shown(dest)
}
