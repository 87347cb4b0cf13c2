//go:build unix

package disk

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the exclusive lock of an open folder unless somebody has it.
// Closing the folder unlocks. Where the file system knows no locks, it counts as
// taken.
func tryLock(d *os.File) bool {
	err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR)
}
