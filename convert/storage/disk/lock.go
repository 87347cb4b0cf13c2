package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

const (
	// lockPause is how long to wait before asking again for the lock of somebody
	// else's Swap, which takes some milliseconds on a disk that syncs.
	lockPause = 5 * time.Millisecond

	// lockWait is how long to ask. A disk that is this slow is broken; a process
	// that was stopped keeps its lock for as long as it is.
	lockWait = 30 * time.Second
)

// errLocked says that somebody else kept the lock of a folder for lockWait.
var errLocked = errors.New("locked by another process")

// lock locks a folder against other processes and goroutines until unlock is
// called. It is fs.ErrNotExist if the folder is not the one of that name any more.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, errLocked)
	defer cancel()
	if err := await(ctx, d); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	// Who had it before may have removed the folder, and another been made.
	locked, err := d.Stat()
	if err == nil {
		var there fs.FileInfo
		if there, err = os.Stat(dir); err == nil && !os.SameFile(locked, there) {
			err = fs.ErrNotExist
		}
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return func() { d.Close() }, nil
}

// await takes the lock of an open folder as soon as it is free.
func await(ctx context.Context, d *os.File) error {
	for {
		ok, err := tryLock(d)
		if err != nil {
			return fmt.Errorf("lock its folder: %w", err)
		}
		if ok {
			return nil
		}
		select {
		case <-time.After(lockPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
