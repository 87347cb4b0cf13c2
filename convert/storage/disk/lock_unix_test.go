//go:build unix

package disk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"batchreport/convert/storage"
)

// The lock of somebody else is waited for, but not for ever.
func TestLock(t *testing.T) {
	t.Parallel()
	cancelled := errors.New("cancelled")
	tests := []struct {
		name   string
		freed  time.Duration
		cancel time.Duration
		want   error
		waits  time.Duration
	}{
		{"freed", time.Second, time.Hour, nil, time.Second},
		{"freed late", lockWait - 2*lockPause, time.Hour, nil, lockWait - 2*lockPause},
		{"kept", time.Hour, time.Hour, errLocked, lockWait},
		{"cancelled", time.Hour, time.Second, cancelled, time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				other, err := os.Open(dir)
				if err != nil {
					t.Fatal(err)
				}
				defer other.Close()
				if ok, err := tryLock(other); !ok || err != nil {
					t.Fatalf("tryLock = %t, %v", ok, err)
				}
				defer time.AfterFunc(tt.freed, func() { other.Close() }).Stop()
				ctx, cancel := context.WithTimeoutCause(t.Context(), tt.cancel, cancelled)
				defer cancel()

				began := time.Now()
				_, err = Store{}.Swap(ctx, filepath.Join(dir, "commit.json"), []byte("data"), "")
				if !errors.Is(err, tt.want) {
					t.Errorf("Swap = %v; want %v", err, tt.want)
				}
				var se *storage.Error
				if errors.Is(tt.want, errLocked) && (!errors.As(err, &se) || se.Hint == "") {
					t.Errorf("Swap = %v; want a hint", err)
				}
				// A timer may be a pause late.
				if took := time.Since(began); took < tt.waits || took > tt.waits+lockPause {
					t.Errorf("took %v; want %v", took, tt.waits)
				}
			})
		})
	}
}

// Without a lock nobody may go on as if he had it.
func TestLockFails(t *testing.T) {
	t.Parallel()
	d, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if ok, err := tryLock(d); ok || err == nil {
		t.Errorf("tryLock of a closed folder = %t, %v; want false and an error", ok, err)
	}
}
