package batch

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

func TestClass(t *testing.T) {
	t.Parallel()
	check := func(size int) {
		c := class(size)
		if c < size || size > 64 && c > size+size/4+1 {
			t.Errorf("class(%d) is %d; want at most a quarter more", size, c)
		}
		if class(c) != c || class(c+1) <= c {
			t.Errorf("%d is the class of %d, but not of itself", c, size)
		}
	}
	for size := range 1 << 14 {
		check(size)
	}
	for size := 1 << 14; size < 1<<40; size += 1 + size/1000 {
		check(size)
	}
}

// TestRecycler has several goroutines allocate, grow and free at random. What
// each holds is marked at both ends, so memory handed out twice would show.
func TestRecycler(t *testing.T) {
	t.Parallel()
	r := NewRecycler()
	var wg sync.WaitGroup
	for id := range uint64(4) {
		wg.Go(func() { useRecycler(t, r, id) })
	}
	wg.Wait()
	r.check(t)
	if r.bytes == 0 || r.used != 0 {
		t.Errorf("%d bytes are kept, %d in use; want some and none", r.bytes, r.used)
	}
}

func useRecycler(t *testing.T, r *Recycler, id uint64) {
	random := rand.New(rand.NewPCG(id, 0))
	type allocation struct {
		b    []byte
		mark byte
	}
	var all []allocation
	get := func(size, want int, b []byte) []byte {
		b = b[:size]
		if len(b) != want || cap(b) != class(cap(b)) {
			t.Errorf("%d bytes of capacity %d; want %d", len(b), cap(b), want)
		}
		return b
	}
	mark := func(a allocation) {
		a.b[0], a.b[len(a.b)-1] = a.mark, a.mark
	}
	for i := range 3000 {
		size := 1 + random.IntN(1<<random.IntN(23))
		switch n := len(all); {
		case n < 20 && random.IntN(2) == 0:
			b := r.Allocate(size)
			a := allocation{get(len(b), size, b), byte(i)}
			mark(a)
			all = append(all, a)
		case n > 0:
			at := random.IntN(n)
			a := all[at]
			if a.b[0] != a.mark || a.b[len(a.b)-1] != a.mark {
				t.Error("somebody else wrote here")
				return
			}
			if random.IntN(3) == 0 {
				before := len(a.b)
				size += before
				b := r.Reallocate(size, a.b)
				a.b = get(len(b), size, b)
				if a.b[0] != a.mark || a.b[before-1] != a.mark {
					t.Error("content did not move")
				}
				mark(a)
				all[at] = a
				continue
			}
			r.Free(a.b)
			all[at] = all[n-1]
			all = all[:n-1]
		}
		if i%100 == 0 {
			r.check(t)
		}
	}
	for _, a := range all {
		r.Free(a.b)
	}
}

// check checks that what is kept is counted, sorted by capacity, and below the limit.
func (r *Recycler) check(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes := 0
	for c, list := range r.free {
		for _, b := range list {
			if cap(b) != c {
				t.Errorf("capacity %d among those of %d", cap(b), c)
			}
			bytes += c
		}
	}
	if limit := r.mostFree(); bytes != r.bytes || bytes > limit {
		t.Errorf("%d bytes are kept, %d counted; at most %d", bytes, r.bytes, limit)
	}
}

func TestRecyclerLimit(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 1 << 10, 20 << 20, 60 << 20, 100 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			r := NewRecycler()
			var all [][]byte
			for range 60 {
				all = append(all, r.Allocate(1<<20))
			}
			all = append(all, r.Allocate(size))
			for _, b := range all {
				r.Free(b)
				r.check(t)
			}
			if r.used != 0 || r.bytes < r.mostFree()/2 {
				t.Errorf("%d bytes in use, %d kept of at most %d", r.used, r.bytes, r.mostFree())
			}
		})
	}
}

// TestRecyclerEmpty: Arrow asks for nothing and frees nothing now and then.
func TestRecyclerEmpty(t *testing.T) {
	t.Parallel()
	r := NewRecycler()
	r.Free(nil)
	b := r.Allocate(0)
	if len(b) != 0 {
		t.Errorf("%d bytes; want none", len(b))
	}
	b = r.Reallocate(1000, b)
	if len(b) != 1000 {
		t.Errorf("%d bytes; want 1000", len(b))
	}
	r.Free(r.Reallocate(0, b))
	r.check(t)
	if got := r.Allocate(1000); &got[0] != &b[0] {
		t.Error("what was freed is not given out again")
	}
}
