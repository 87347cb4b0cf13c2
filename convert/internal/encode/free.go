package encode

// Free is memory for row groups. To leave it to the garbage collector costs
// more: fresh pages for some megabytes at a time.
type Free chan []byte

// Get returns memory, or nil.
func (f Free) Get() []byte {
	select {
	case b := <-f:
		return b
	default:
		return nil
	}
}

// Put keeps memory for get, if there is not enough already.
func (f Free) Put(b []byte) {
	select {
	case f <- b:
	default:
	}
}
