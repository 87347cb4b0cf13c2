package convert

// freeBytes is memory for row groups. To leave it to the garbage collector costs
// more: fresh pages for some megabytes at a time.
type freeBytes chan []byte

// get returns memory, or nil.
func (f freeBytes) get() []byte {
	select {
	case b := <-f:
		return b
	default:
		return nil
	}
}

// put keeps memory for get, if there is not enough already.
func (f freeBytes) put(b []byte) {
	select {
	case f <- b:
	default:
	}
}
