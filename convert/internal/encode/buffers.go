package encode

// Buffers are free byte buffers, some megabytes each, as many as the channel has room
// for. To leave them to the garbage collector costs more: fresh pages for all of those
// bytes each time. Any number of goroutines may use them at once.
type Buffers chan []byte

// Get returns a free buffer of any content, which is the caller's from then on, or
// nil if there is none.
func (b Buffers) Get() []byte {
	select {
	case free := <-b:
		return free
	default:
		return nil
	}
}

// Put gives a buffer back. Where there are enough, the garbage collector gets it.
func (b Buffers) Put(free []byte) {
	select {
	case b <- free:
	default:
	}
}
