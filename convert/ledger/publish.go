package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// LostError says that something to be published is gone: a bucket's lifecycle
// rule ended an upload, or somebody emptied a folder.
type LostError struct {
	Name string // its address
}

// Error names what is gone.
func (e *LostError) Error() string {
	return fmt.Sprintf("publish %s: what was written is gone", e.Name)
}

// atOnce is how many objects are published or deleted at a time: S3 takes some
// 100 ms for each.
const atOnce = 16

// publish makes all files of an intent visible.
func (r *Run) publish(ctx context.Context, next *intent) error {
	if lost := next.Lost; lost != nil {
		err := stage.Each(ctx, atOnce, lost.Pendings, func(ctx context.Context, p storage.Pending) error {
			return r.files.Discard(ctx, r.files.absolute(p, lost.Fingerprint))
		})
		if err != nil {
			return err
		}
	}
	var mu sync.Mutex
	var lost *LostError
	err := stage.Each(ctx, atOnce, next.Pendings, func(ctx context.Context, p storage.Pending) error {
		p = r.files.absolute(p, next.Record.Fingerprint)
		err := r.files.Publish(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			// Not at once: what can be published is, and another error goes before.
			mu.Lock()
			defer mu.Unlock()
			lost = &LostError{p.Name}
			return nil
		}
		return err
	})
	if err == nil && lost != nil {
		return lost
	}
	return err
}

// deleteReplaced deletes, by name, what the record of a register replaces, while
// the register is the one given. It returns the register as it is then.
func (r *Run) deleteReplaced(ctx context.Context, register *Register) (*Register, error) {
	if len(register.Replaces) == 0 {
		return register, nil
	}
	if err := r.files.checkUnshared(ctx, register.Replaces); err != nil {
		return nil, err
	}
	deleted, err := r.deleteWhile(ctx, register, register.Replaces)
	if err == nil {
		done := &Register{Record: register.Record}
		done.Replaces = nil
		if err = r.files.swapRegister(ctx, register, done); err == nil {
			return done, nil
		}
	}
	if !errors.Is(err, storage.ErrConflict) {
		return nil, fmt.Errorf("delete what job %s replaces, which lies beside the new parts: %w", register.Job, err)
	}
	now, err := r.files.readRegister(ctx)
	if err != nil {
		return nil, err
	}
	if err := now.checkDeleted(deleted); err != nil {
		return nil, fmt.Errorf("commit job %s: %w", register.Job, err)
	}
	return now, nil
}

// deleteWhile deletes files by their names below DEST while the register is the one given:
// it is storage.ErrConflict once that has changed. It returns which it has begun to delete.
func (r *Run) deleteWhile(ctx context.Context, register *Register, names []string) (map[string]bool, error) {
	var mu sync.Mutex
	deleted := map[string]bool{}
	err := stage.Each(ctx, atOnce, names, func(ctx context.Context, name string) error {
		// Another run may have finished for us, and committed what we would delete.
		now, err := r.files.readRegister(ctx)
		if err != nil {
			return err
		}
		if now.tag != register.tag {
			return storage.ErrConflict
		}
		mu.Lock()
		deleted[name] = true
		mu.Unlock()
		return r.files.Delete(ctx, r.files.address(name))
	})
	return deleted, err
}

// checkDeleted reports that a register lists what was deleted by an older one: between the
// look and the deletion there is a moment for another run to commit it.
func (r *Register) checkDeleted(deleted map[string]bool) error {
	for _, name := range r.latest().Files() {
		if deleted[name] {
			return errors.New("another run has brought back what this one was deleting: verify the table, and convert it again with --force if a file is missing")
		}
	}
	return nil
}
