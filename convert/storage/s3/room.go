package s3

import (
	"math/bits"
	"sync"
)

// room is memory for what is read ahead. Whoever takes a buffer gives it back,
// once.
type room struct {
	mu   sync.Mutex
	left int64
	free [bits.UintSize]sync.Pool // of *[]byte, by the logarithm of their capacity
}

// smallestBuffer is what even the smallest piece takes.
const smallestBuffer = 32 << 10

// class returns the logarithm of the capacity of a buffer for n bytes. Buffers are
// powers of two, so that what one object gave back fits the next.
func class(n int) int { return bits.Len(uint(max(n, smallestBuffer) - 1)) }

// has reports whether there is room for a buffer of n bytes.
func (r *room) has(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left >= 1<<class(n)
}

// take returns a buffer of n bytes; nil if there is no room for it.
func (r *room) take(n int) []byte {
	c := class(n)
	r.mu.Lock()
	ok := r.left >= 1<<c
	if ok {
		r.left -= 1 << c
	}
	r.mu.Unlock()
	if !ok {
		return nil
	}
	if b, _ := r.free[c].Get().(*[]byte); b != nil {
		return (*b)[:n]
	}
	return make([]byte, n, 1<<c)
}

// give takes a buffer back.
func (r *room) give(b []byte) {
	r.free[class(cap(b))].Put(&b)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left += int64(cap(b))
}
