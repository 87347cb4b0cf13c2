//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/convert/delta"
	"batchreport/convert/storage"
)

// These are the flags of two conversions of one table with a Delta log.
var (
	loggedFlags      = []string{"--task-size", "170KB", "--delta"}
	loggedOtherFlags = []string{"--task-size", "100KB", "--delta", "--columns", "key,error_code"}
)

// TestKillDelta checks that who reads a table by its log, while processes that change it
// are killed at any step and any number of times, sees the one table or the other, with all
// of its files; and that the log says in the end what the record says.
func TestKillDelta(t *testing.T) {
	t.Parallel()
	killDelta(t, onDisk(t), pick(17, 1), pick(0, 200))
}

// logOf returns the files that the log of a table lists, with their sizes; none where there
// is no log.
func (p *place) logOf(ctx context.Context, dest string) (map[string]int64, error) {
	l := &delta.Log{Store: p.store, Folder: dest}
	s, err := l.Read(ctx)
	files := map[string]int64{}
	if err == nil && s.Exists() {
		err = l.Files(ctx, s, func(f delta.File) error { files[f.Name] = f.Bytes; return nil })
	}
	return files, err
}

// parts returns the files of the table that a record lists, with their sizes.
func (r *register) parts() map[string]int64 {
	files := map[string]int64{}
	for _, p := range r.Outputs {
		files[p.Name] = p.Bytes
	}
	return files
}

// logReader reads a table by its log, all the time and when it is told to.
type logReader struct {
	place  *place
	dest   string
	states []map[string]int64 // that there can be
	mu     sync.Mutex
	looks  int
	wrong  error
}

// look reads the log, and then asks for each file that it lists, as a query does.
func (r *logReader) look(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	files, err := r.place.logOf(ctx, r.dest)
	if err == nil && !slices.ContainsFunc(r.states, func(state map[string]int64) bool { return maps.Equal(state, files) }) {
		err = fmt.Errorf("the log lists %v", files)
	}
	for name, size := range files {
		info, e := r.place.store.Stat(ctx, storage.Join(r.dest, name))
		if e == nil && info.Size != size {
			e = fmt.Errorf("%s has %d bytes, the log says %d", name, info.Size, size)
		}
		err = errors.Join(err, e)
	}
	if ctx.Err() == nil && r.wrong == nil {
		r.wrong = err
	}
	r.looks++
}

// start reads until the function that it returns is called.
func (r *logReader) start(t *testing.T) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		again := time.NewTicker(r.place.pause)
		defer again.Stop()
		for ctx.Err() == nil {
			r.look(ctx)
			select {
			case <-again.C:
			case <-ctx.Done():
			}
		}
	}()
	return func() {
		t.Helper()
		cancel()
		<-ended
		r.look(t.Context())
		if r.wrong != nil {
			t.Errorf("%s: a reader of the log: %v", r.dest, r.wrong)
		}
	}
}

// killDelta kills at each stride-th step, and at so many random moments.
func killDelta(t *testing.T, p *place, stride, moments int) {
	to, other := p.logged(t, "to", loggedFlags), p.logged(t, "other", loggedOtherFlags)
	random := rand.New(rand.NewPCG(*killSeed, 7))
	begin := time.Now()
	steps := map[string]int{}
	kills, looks := 0, 0
	// one lets first change a table, then ends what is left, and compares.
	one := func(old *conversion, first func(dest string, look func()) bool) bool {
		dest := p.fresh()
		p.restore(t, old, dest)
		r := &logReader{place: p, dest: dest, states: []map[string]int64{{}, to.record.parts()}}
		if old != nil {
			r.states[0] = old.record.parts()
		}
		end := r.start(t)
		died := first(dest, func() { r.look(t.Context()) })
		p.convert(t, to, dest)
		end()
		looks += r.looks
		now, err := p.register(t.Context(), dest)
		if err != nil {
			t.Fatal(err)
		}
		files, err := p.logOf(t.Context(), dest)
		if err != nil || !maps.Equal(files, to.record.parts()) || !maps.Equal(now.parts(), files) || !now.settled() {
			t.Errorf("%s: the log lists %v, the record %v, %v\n%s", dest, files, now.parts(), err, p.said())
		}
		known := now.files()
		for _, name := range now.KeptNames() {
			known[name] = -1
		}
		for name := range p.tree(t, dest) {
			if _, ok := known[name]; !ok && !strings.HasPrefix(name, delta.Folder+"/") && !strings.HasSuffix(name, "/commit.json") && name != "_batchreport/delta.json" {
				t.Errorf("%s: left %s", dest, name)
			}
		}
		return died
	}
	for _, old := range []*conversion{nil, other} {
		for n := 1 + random.IntN(stride); !t.Failed(); n += stride {
			died := one(old, func(dest string, look func()) bool {
				for _, at := range []int{n, 1 + random.IntN(2*n)} {
					pr := p.startSteps(t, syscall.SIGKILL, at, to, dest)
					if !pr.killed() {
						pr.mustExit(t, exit.Rejects)
						return at != n
					}
					kills++
					steps[<-pr.stopped]++
					look()
				}
				return true
			})
			if !died {
				break
			}
		}
	}
	for i := 0; kills < moments && !t.Failed(); i++ {
		one([]*conversion{nil, other}[i%2], func(dest string, look func()) bool {
			k := &killer{random: random, most: 6, killed: look}
			k.run(t.Context(), t, p, to.took, append([]string{"convert"}, p.args(to, dest)...)...).mustExit(t, exit.Rejects)
			kills += k.kills
			return true
		})
	}
	t.Logf("%s: %d kills in %.0f s while the log was read %d times; steps: %s", p.name, kills, time.Since(begin).Seconds(), looks, counts(steps))
}

// logged returns a conversion to a table with a log, which it runs undisturbed.
func (p *place) logged(t *testing.T, name string, flags []string) *conversion {
	t.Helper()
	c := &conversion{name: name, flags: flags}
	dest := p.fresh()
	begin := time.Now()
	p.convert(t, c, dest)
	c.took, c.files = time.Since(begin), p.tree(t, dest)
	var err error
	if c.record, err = p.register(t.Context(), dest); err != nil {
		t.Fatal(err)
	}
	return c
}
