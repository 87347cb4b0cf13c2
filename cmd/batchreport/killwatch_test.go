//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// register is what the file commit.json of a job says.
type register struct {
	ledger.Record
	Next *struct{ Record ledger.Record } `json:"next"`
	data []byte                          // the whole file
}

// register reads the register in dest of what the place makes. Where there is none, it
// returns one without a fingerprint.
func (p *place) register(ctx context.Context, dest string) (*register, error) {
	data, _, err := p.store.Get(ctx, dest+"/_batchreport/"+p.makes.unit+"/commit.json", 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return &register{}, nil
	}
	r := &register{data: data}
	if err == nil {
		err = json.Unmarshal(data, r)
	}
	return r, err
}

// files returns the files that the record lists, with their sizes.
func (r *register) files() map[string]int64 {
	files := map[string]int64{}
	for _, p := range r.Outputs {
		files[p.Name] = p.Bytes
	}
	for _, p := range r.Rejects {
		files[p.Name] = p.Bytes
	}
	return files
}

// parquetRows returns how many rows of the record are in Parquet files.
func (r *register) parquetRows() (n int64) {
	for _, p := range r.Outputs {
		if strings.HasSuffix(p.Name, ".parquet") {
			n += p.Rows
		}
	}
	return n
}

// begun reports whether the commit of other's record has begun.
func (r *register) begun(other *register) bool {
	return r.Fingerprint == other.Fingerprint || r.Next != nil && r.Next.Record.Fingerprint == other.Fingerprint
}

// settled reports whether no commit is under way.
func (r *register) settled() bool { return r.Next == nil && len(r.Replaces) == 0 }

// watch looks at a destination again and again while something is converted into it.
type watch struct {
	place    *place
	dest     string
	old, new *conversion // old is nil where there was nothing

	cancel context.CancelFunc // ends it
	ended  chan error         // gets what it has seen wrong

	mu sync.Mutex // is held while it looks
	looks
}

// looks counts how often a watch has looked, and the moments.
type looks struct{ all, before, during, after int }

// add adds the counts of another watch.
func (l *looks) add(o *looks) {
	l.all, l.before, l.during, l.after = l.all+o.all, l.before+o.before, l.during+o.during, l.after+o.after
}

// String implements fmt.Stringer.
func (l *looks) String() string {
	return fmt.Sprintf("%d times: %d before a commit, %d during one, %d after", l.all, l.before, l.during, l.after)
}

// watching starts a watch. It looks by itself all the time, and when it is told to.
func (p *place) watching(t *testing.T, dest string, old, to *conversion) *watch {
	w := &watch{place: p, dest: dest, old: old, new: to, ended: make(chan error, 1)}
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(t.Context())
	go func() { w.ended <- w.run(ctx) }()
	return w
}

// now looks once more, at what was left when a process was killed or has ended.
func (w *watch) now(t *testing.T) {
	t.Helper()
	if err := w.look(t.Context()); err != nil {
		t.Errorf("%s: %v", w.dest, err)
	}
}

// end ends the watch after a last look.
func (w *watch) end(t *testing.T) {
	t.Helper()
	w.cancel()
	if err := <-w.ended; err != nil {
		t.Errorf("%s: %v", w.dest, err)
	}
	w.now(t)
}

// run looks until ctx is cancelled, or until something is wrong.
func (w *watch) run(ctx context.Context) error {
	again := time.NewTicker(w.place.pause)
	defer again.Stop()
	for {
		err := w.look(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look looks once. What may be seen follows from what the register says before the
// look and after it.
func (w *watch) look(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all++
	before, err := w.place.register(ctx, w.dest)
	if err != nil {
		return changed(err)
	}
	seen := map[string]int64{}
	for info, err := range w.place.store.List(ctx, w.dest) {
		if err != nil {
			return err
		}
		seen[strings.TrimPrefix(info.Name, w.dest+"/")] = info.Size
	}
	var rows int64
	var unread error
	if w.place.count != nil {
		rows, unread = w.place.count.rows(ctx, w.dest)
	}
	after, err := w.place.register(ctx, w.dest)
	if err != nil {
		return changed(err)
	}
	// The bytes are compared, not the tags: the server of the test has a new tag before
	// it has the new bytes.
	still := bytes.Equal(before.data, after.data)
	switch {
	case !after.begun(w.new.record):
		w.before++
	case before.begun(w.new.record) && before.settled():
		w.after++
	default:
		w.during++
	}
	return errors.Join(w.judgeFiles(before, after, still, seen), w.judgeRows(before, after, rows, unread))
}

// changed returns err, or nil where the register was changed while it was read: the
// next look will read it.
func changed(err error) error {
	if errors.Is(err, storage.ErrConflict) {
		return nil
	}
	return err
}

// judgeFiles returns what is wrong with the files that were seen.
func (w *watch) judgeFiles(before, after *register, still bool, seen map[string]int64) error {
	// At every moment all files that the record lists are there, whole.
	if still {
		for name, size := range before.files() {
			if got, ok := seen[name]; !ok || got != size {
				return fmt.Errorf("the record lists %s with %d bytes; there is one: %t, of %d bytes", name, size, ok, got)
			}
		}
	}
	known := map[string]int64{}
	if w.old != nil {
		known = w.old.record.files()
	}
	if after.begun(w.new.record) {
		for name, size := range w.new.record.files() {
			known[name] = size
		}
	}
	for name, size := range seen {
		if strings.HasPrefix(name, "_batchreport/") && !strings.HasSuffix(name, ".jsonl.gz") {
			if slices.ContainsFunc([]string{".parquet", ".ndjson", ".arrow"}, func(end string) bool { return strings.Contains(name, end) }) {
				return fmt.Errorf("a reader would take %s for a part", name)
			}
			continue
		}
		if want, ok := known[name]; !ok || size != want {
			return fmt.Errorf("saw %s of %d bytes, known: %t, of %d bytes; commit begun: %t", name, size, ok, want, after.begun(w.new.record))
		}
	}
	return nil
}

// judgeRows returns what is wrong with the rows that a reader counted.
func (w *watch) judgeRows(before, after *register, rows int64, unread error) error {
	if w.place.count == nil {
		return nil
	}
	var old int64
	if w.old != nil {
		old = w.old.record.parquetRows()
	}
	low, high := min(old, w.new.record.parquetRows()), old+w.new.record.parquetRows()
	switch {
	case !after.begun(w.new.record):
		low, high = old, old
	case before.Fingerprint == w.new.record.Fingerprint && before.settled():
		low, high = w.new.record.parquetRows(), w.new.record.parquetRows()
	case unread != nil && w.old != nil:
		return nil // the reader had listed a file that was replaced then
	case w.old == nil, before.Fingerprint != w.new.record.Fingerprint && after.Fingerprint == w.new.record.Fingerprint:
		// A reader lists one folder after the other. Where the new record comes
		// meanwhile, it can be too early for the new files of one folder and too
		// late for the old files of another.
		low = 0
	}
	if unread != nil || rows < low || rows > high {
		return errors.Join(fmt.Errorf("a reader saw %d rows; want %d to %d", rows, low, high), unread)
	}
	return nil
}
