//go:build unix

package disk

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the exclusive lock of an open folder, and reports false if
// somebody has it. Closing the folder unlocks. That the file system knows no
// locks, or has none left, is an error: two runs could both win.
func tryLock(d *os.File) (bool, error) {
	err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}
