package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// LostError says that something to be published is gone: a bucket's lifecycle
// rule ended an upload, or somebody emptied a folder; or that what says what is to be
// published is gone, or is not what it was when it was claimed.
type LostError struct {
	Name    string // its address
	Changed bool   // it is there
}

// Error names what is gone.
func (e *LostError) Error() string {
	if e.Changed {
		return fmt.Sprintf("publish by %s: it was changed after it was claimed", e.Name)
	}
	return fmt.Sprintf("publish %s: what was written is gone", e.Name)
}

// atOnce is how many requests for small things are made at a time. S3 takes 30 to 100 ms
// for each, and 3,500 writes a second for a prefix: with 64 at a time 10,000 tasks are
// committed in less than a minute, and far from that limit.
const atOnce = 64

// publish makes all files of an intent visible.
func (r *Run) publish(ctx context.Context, next *intent) error {
	if err := r.dropLost(ctx, next); err != nil {
		return err
	}
	pendings, err := r.pendings(ctx, next)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var lost *LostError
	err = stage.Each(ctx, atOnce, pendings, func(ctx context.Context, p storage.Pending) error {
		err := r.files.Publish(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			// Not at once: what can be published is, and another error goes before.
			mu.Lock()
			defer mu.Unlock()
			lost = &LostError{Name: p.Name}
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

// deletedAtOnce is how many files are deleted between two looks at the register: as many as
// S3 deletes with one request.
const deletedAtOnce = 1000

// deleteWhile deletes files by their names below DEST while the register is the one given:
// it is storage.ErrConflict once that has changed. It returns which it has begun to delete.
func (r *Run) deleteWhile(ctx context.Context, register *Register, names []string) (map[string]bool, error) {
	deleted := map[string]bool{}
	for batch := range slices.Chunk(names, deletedAtOnce) {
		// Another run may have finished for us, and committed what we would delete.
		tag, err := r.files.registerTag(ctx)
		if err != nil {
			return deleted, err
		}
		if tag != register.tag {
			return deleted, storage.ErrConflict
		}
		addresses := make([]string, len(batch))
		for i, name := range batch {
			deleted[name] = true
			addresses[i] = r.files.address(name)
		}
		if err := r.files.deleteAll(ctx, addresses); err != nil {
			return deleted, err
		}
	}
	return deleted, nil
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
