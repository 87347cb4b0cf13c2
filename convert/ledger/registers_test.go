package ledger

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// shallowStore is a store that cannot list all of a folder.
type shallowStore struct{ disk.Store }

// List implements storage.Store.
func (shallowStore) List(_ context.Context, folder string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		yield(storage.Info{}, fmt.Errorf("all of %s is listed", folder))
	}
}

// Who looks for the registers of all jobs does not list what the tasks of some have left,
// of which there may be hundreds of thousands.
func TestRegistersAmongPending(t *testing.T) {
	t.Parallel()
	d := &Destination{Store: shallowStore{}, Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	for _, job := range []string{reporttest.JobA, reporttest.JobB} {
		for _, name := range []string{registerFile, "pending/" + testFingerprint + "/task-00000.json", "rejects/x"} {
			if err := d.Store.Put(t.Context(), storage.Join(d.Folder, StateFolder+"/"+job+"/"+name), []byte("{}")); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := []string{reporttest.JobA, reporttest.JobB}
	slices.Sort(want)
	if jobs, err := Jobs(t.Context(), d.Store, d.Folder); err != nil || !slices.Equal(jobs, want) {
		t.Errorf("Jobs = %q, %v", jobs, err)
	}
	registers, err := d.Registers(t.Context(), true, func(string) bool { return true })
	if err != nil || len(registers) != len(want) {
		t.Errorf("Registers = %v, %v", registers, err)
	}
}
