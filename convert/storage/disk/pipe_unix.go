//go:build unix

package disk

import (
	"os"
	"syscall"
)

// nonblock opens a pipe without to wait for who writes to it.
const nonblock = syscall.O_NONBLOCK

// wake ends the wait of who opens a named pipe to read it.
func wake(name string) {
	if f, err := os.OpenFile(name, os.O_WRONLY|nonblock, 0); err == nil {
		f.Close()
	}
}
