package usage

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestSince checks that the time counts from the beginning of the call, and that memory which
// was in use counts even after it was given back, in bytes.
func TestSince(t *testing.T) {
	t.Parallel()
	const held = 64 << 20
	block := make([]byte, held)
	for i := 0; i < len(block); i += 1 << 10 {
		block[i] = 1 // memory that nobody has written to is not resident
	}
	runtime.KeepAlive(block)
	debug.FreeOSMemory()
	got := Since(time.Now().Add(-time.Hour))
	if got.ElapsedSeconds < time.Hour.Seconds() {
		t.Errorf("%v s have passed, want an hour", got.ElapsedSeconds)
	}
	if runtime.GOOS != "linux" {
		if got.PeakMemoryBytes != 0 {
			t.Errorf("%d bytes were resident, which nobody has asked for", got.PeakMemoryBytes)
		}
		return
	}
	if got.PeakMemoryBytes < held || got.PeakMemoryBytes > held<<10 {
		t.Errorf("%d bytes were resident, want somewhat more than %d", got.PeakMemoryBytes, held)
	}
}
