package delta

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"batchreport/convert/storage"
)

// Log is the log of the table in a folder. Its methods may be called by several
// goroutines at once.
type Log struct {
	Store  storage.Store
	Folder string // DEST
	// Program writes the versions, with its own version; not needed to read.
	Program string
	// Warn takes what went wrong and is no reason to fail.
	Warn *slog.Logger
	// Now tells the time; nil is the clock.
	Now func() time.Time

	mu    sync.Mutex
	state *State // as it was last read; nil before
}

// Txn says whose state a version brings.
type Txn struct {
	App    string
	Number int64
}

// Change is what a version changes.
type Change struct {
	Operation   string            // for people: WRITE, CREATE TABLE, …
	Parameters  map[string]string // for people
	Txns        []Txn
	Columns     []Column // of the files that are added and of the path; the table gets those that it has not
	PartitionBy []string // names of the columns of the path, in order
	Add         []File
	Remove      []string // names below DEST
}

// PartitionError says that the table has other columns in its path.
type PartitionError struct{ Has, Wants []string }

// Error names the columns.
func (e *PartitionError) Error() string {
	return fmt.Sprintf("its Delta log has the partition columns %s, not %s", list(e.Has), list(e.Wants))
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return fmt.Sprintf("%q", names)
}

// Write writes a change as the next version. It asks for the change with the state that the
// log has at its end, and again where another writer was faster; nil is nothing to write. What the
// caller looks at while it is asked is newer than the state, and the state is still that of
// the end when the version is written. Write returns the state after it.
//
// Errors are those of build and of the store, *ForeignError and *PartitionError. It is
// storage.ErrUnknown where nothing tells whether the version is written.
func (l *Log) Write(ctx context.Context, build func(*State) (*Change, error)) (*State, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for tries := 0; ; tries++ {
		before := l.state
		s, err := l.read(ctx)
		if err != nil {
			return nil, err
		}
		if before == nil || before.Version != s.Version {
			tries = 0
		}
		change, err := build(s)
		if err != nil || change == nil {
			return s, err
		}
		next, err := l.append(ctx, s, change)
		if errors.Is(err, storage.ErrConflict) && tries < conflictTries {
			continue // another writer was faster
		}
		if err != nil {
			return nil, err
		}
		l.state = next
		if next.Version-next.checkpoint >= next.interval() {
			if err := l.checkpoint(ctx, next); err != nil {
				l.warn().Warn("the Delta log has no new checkpoint: the next commit tries again", "error", err)
			}
		}
		return next, nil
	}
}

// conflictTries is how often the store may say that a version is there that it does not show.
const conflictTries = 3

// append writes a change behind a state, and returns the state after it. It is
// storage.ErrConflict where another writer was faster.
func (l *Log) append(ctx context.Context, s *State, c *Change) (*State, error) {
	next := s.clone()
	next.Version++
	now := l.now().UnixMilli()
	actions := []action{{CommitInfo: &commitInfo{now, c.Operation, c.Parameters, engine(l.Program)}}}
	fields, grown, err := merge(s.fields, c.Columns)
	if err != nil {
		return nil, err
	}
	switch {
	case !s.Exists():
		next.meta = &metadata{
			ID: newID(), Format: format{"parquet", map[string]string{}}, PartitionColumns: append([]string{}, c.PartitionBy...),
			Configuration: map[string]string{}, CreatedTime: now,
		}
		grown = true
		actions = append(actions, action{Protocol: &protocol{MinReader: minReader, MinWriter: minWriter}})
	case !slices.Equal(s.meta.PartitionColumns, c.PartitionBy):
		return nil, &storage.Error{
			Op: "write", Name: l.Folder, Err: &PartitionError{s.meta.PartitionColumns, c.PartitionBy},
			Hint: "convert with the --partition-by that the table has, or into another DEST",
		}
	}
	if grown {
		meta := *next.meta
		if meta.SchemaString, err = schemaString(fields); err != nil {
			return nil, err
		}
		next.meta, next.fields = &meta, fields
		actions = append(actions, action{Metadata: &meta})
	}
	for _, t := range c.Txns {
		next.txns[t.App] = t.Number
		actions = append(actions, action{Txn: &txn{t.App, t.Number, now}})
	}
	var b bytes.Buffer
	for _, a := range actions {
		err = cmp.Or(err, appendLine(&b, a))
	}
	for _, name := range c.Remove {
		err = cmp.Or(err, appendLine(&b, action{Remove: &remove{encodePath(name), now, true}}))
	}
	for i := range c.Add {
		before := b.Len()
		err = cmp.Or(err, appendLine(&b, action{Add: c.Add[i].add(now)}))
		if i == 0 { // as long as the others, more or less
			b.Grow((b.Len() - before) * len(c.Add) * 9 / 8)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("write the Delta log: %w", err)
	}
	_, err = l.Store.Swap(ctx, l.versionName(next.Version), b.Bytes(), "")
	return next, err
}

// now is the time.
func (l *Log) now() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	return time.Now()
}

func (l *Log) warn() *slog.Logger {
	if l.Warn != nil {
		return l.Warn
	}
	return slog.New(slog.DiscardHandler)
}

// newID returns an id of a table, a UUID of random bits, as "Change Metadata" wants it.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // which never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
