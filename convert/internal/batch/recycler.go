package batch

import (
	"math/bits"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Recycler is an Arrow allocator that keeps what is freed and gives it out
// again: the same few buffers carry all batches of a run, and the garbage
// collector has little to do. Any number of goroutines may use it at once.
type Recycler struct {
	mu    sync.Mutex
	free  map[int][][]byte // by capacity, which is always what class returns
	bytes int              // in free
	used  int              // bytes given out and not freed yet
	most  int              // the largest value that used has had
}

var _ memory.Allocator = (*Recycler)(nil)

// NewRecycler returns a Recycler that holds nothing yet.
func NewRecycler() *Recycler { return &Recycler{free: map[int][][]byte{}} }

// Allocate returns size bytes of any content.
func (r *Recycler) Allocate(size int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := class(size)
	b := r.pop(c)
	for larger := class(c + 1); b == nil && larger <= 2*c; larger = class(larger + 1) {
		b = r.pop(larger)
	}
	if b == nil {
		b = make([]byte, 0, c)
	}
	r.used += cap(b)
	r.most = max(r.most, r.used)
	return b[:size]
}

// Reallocate returns size bytes that begin with those of b, which it frees.
func (r *Recycler) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	grown := r.Allocate(size)
	copy(grown, b)
	r.Free(b)
	return grown
}

// Free takes b back.
func (r *Recycler) Free(b []byte) {
	if cap(b) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used -= cap(b)
	r.free[cap(b)] = append(r.free[cap(b)], b[:0])
	r.bytes += cap(b)
	for c, list := range r.free {
		if r.bytes <= r.mostFree() {
			break
		}
		// Any one will do, and a map gives any one: sizes out of use go in time.
		if len(list) > 0 {
			r.free[c] = list[:len(list)-1]
			list[len(list)-1] = nil
			r.bytes -= c
		}
	}
}

// pop returns a free buffer of that capacity, nil if there is none.
func (r *Recycler) pop(capacity int) []byte {
	list := r.free[capacity]
	if len(list) == 0 {
		return nil
	}
	b := list[len(list)-1]
	r.free[capacity] = list[:len(list)-1]
	r.bytes -= capacity
	return b
}

// mostFree returns how many free bytes are kept at most: half of what was ever in
// use at once, or 1 MiB. What a batch needs changes with the rows, so without a
// limit every size that was ever wanted would stay: 250 MB instead of 60 on a
// report of 200 MB. A lower limit leaves more to the garbage collector.
func (r *Recycler) mostFree() int { return max(r.most/2, 1<<20) }

// class returns the capacity for a size: four steps to each power of two, so
// that at most a fifth is not used.
func class(size int) int {
	const smallest = 64
	if size <= smallest {
		return smallest
	}
	step := 1 << (bits.Len(uint(size-1)) - 3)
	return (size + step - 1) / step * step
}
