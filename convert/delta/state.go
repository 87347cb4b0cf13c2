package delta

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"batchreport/convert/storage"
)

// State is what a log says at a version, but for the files.
type State struct {
	Version int64 // -1 where there is no log

	checkpoint int64 // the version of the newest one; -1 where there is none
	size       int64 // of the checkpoint, in actions
	meta       *metadata
	fields     []field // of meta
	txns       map[string]int64
	listed     time.Time // when the log was listed
}

func newState() *State { return &State{Version: -1, checkpoint: -1, txns: map[string]int64{}} }

func (s *State) clone() *State {
	next := *s
	next.txns = maps.Clone(s.txns)
	return &next
}

// Exists reports whether there is a log.
func (s *State) Exists() bool { return s.Version >= 0 }

// Brought returns the number of the latest txn of an app; ok says whether there is one.
func (s *State) Brought(app string) (number int64, ok bool) {
	number, ok = s.txns[app]
	return number, ok
}

// Apps returns the apps that have a txn, in byte order.
func (s *State) Apps() []string { return slices.Sorted(maps.Keys(s.txns)) }

// PartitionBy returns the names of the columns of the path, in order.
func (s *State) PartitionBy() []string {
	if s.meta == nil {
		return nil
	}
	return s.meta.PartitionColumns
}

// Check reports why files with these columns, and these in the path, cannot be added:
// *PartitionError, *MillisecondsError, or a column of another type. Where there is no log,
// all partition columns will do.
func (s *State) Check(columns []Column, partitionBy []string) error {
	if s.Exists() && !slices.Equal(s.meta.PartitionColumns, partitionBy) {
		return &PartitionError{s.meta.PartitionColumns, partitionBy}
	}
	_, _, err := merge(s.fields, columns)
	return err
}

// interval is after how many versions the next checkpoint is due.
func (s *State) interval() int64 { return min(max(leastInterval, s.size/1000), mostInterval) }

// Readers read all versions behind a checkpoint, so that there are not more of them than
// a reader fetches in a second or two; ten is what others write.
const (
	leastInterval = 10
	mostInterval  = 100
)

// Read returns the state at the end of the log.
func (l *Log) Read(ctx context.Context) (*State, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read(ctx)
}

// Known returns the state as it was last read or written; nil where it never was.
func (l *Log) Known() *State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// fresh is how long a state is gone on from without listing the log again. Versions that
// are younger than a day are never deleted, so the next one is the next one.
const fresh = time.Hour

func (l *Log) read(ctx context.Context) (*State, error) {
	s := l.state
	if s == nil || !s.Exists() || l.now().Sub(s.listed) > fresh {
		var err error
		if s, err = l.readListed(ctx); err != nil || !s.Exists() {
			return s, err
		}
	}
	for {
		next, err := l.readVersion(ctx, s)
		if errors.Is(err, fs.ErrNotExist) {
			l.state = s
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		s = next
	}
}

// readListed reads the state at the newest version that is listed.
func (l *Log) readListed(ctx context.Context) (*State, error) {
	s := newState()
	s.listed = l.now()
	objects, err := l.list(ctx)
	if err != nil {
		return nil, err
	}
	if len(objects.versions) == 0 && len(objects.checkpoints) == 0 {
		return s, nil
	}
	if n := len(objects.checkpoints); n > 0 {
		if err := l.readCheckpoint(ctx, s, objects.checkpoints[n-1].version); err != nil {
			return nil, err
		}
	}
	last := s.Version
	for _, v := range objects.versions {
		last = max(last, v.version)
	}
	for s.Version < last {
		next, err := l.readVersion(ctx, s)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, l.foreign(l.versionName(s.Version+1), "is missing, though later versions are there")
		}
		if err != nil {
			return nil, err
		}
		s = next
	}
	return s, nil
}

// readVersion returns the state at the version after s. It reads no further than to the
// first file.
func (l *Log) readVersion(ctx context.Context, s *State) (*State, error) {
	next := s.clone()
	next.Version++
	name := l.versionName(next.Version)
	first := true
	err := l.lines(ctx, name, func(a *action) error {
		if first {
			first = false
			if a.CommitInfo == nil || !isOurs(a.CommitInfo.Engine) {
				return l.foreign(name, "was written by another program")
			}
			return nil
		}
		if a.Add != nil || a.Remove != nil {
			return errEnough
		}
		return l.apply(next, name, a)
	})
	if err == nil && first {
		err = l.foreign(name, "is empty")
	}
	if err == nil && next.meta == nil {
		err = l.foreign(name, "is the first version, and has no schema")
	}
	return next, err
}

// errEnough ends the reading of a version.
var errEnough = errors.New("the rest is not needed")

// apply applies an action that is none of a file.
func (l *Log) apply(s *State, name string, a *action) (err error) {
	switch {
	case a.Protocol != nil:
		return l.checkProtocol(name, a.Protocol)
	case a.Metadata != nil:
		s.meta = a.Metadata
		if s.fields, err = parseSchema(a.Metadata.SchemaString); err != nil {
			return l.damaged(name, err)
		}
	case a.Txn != nil:
		s.txns[a.Txn.AppID] = a.Txn.Version
	}
	return nil
}

// versionName returns the address of a version ("Delta Log Entries").
func (l *Log) versionName(version int64) string { return l.name(fmt.Sprintf("%020d.json", version)) }

// checkpointName returns the address of a version's checkpoint ("Classic checkpoint").
func (l *Log) checkpointName(version int64) string {
	return l.name(fmt.Sprintf("%020d.checkpoint.parquet", version))
}

func (l *Log) name(file string) string { return storage.Join(l.Folder, Folder+"/"+file) }
