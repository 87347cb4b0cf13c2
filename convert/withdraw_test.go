package convert

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// nowhereStore is a store where one of the files cannot be published, which shows only
// when that is tried. It calls before ahead of each call that changes something, or
// asks for the register; where that returns an error, that is the call's.
type nowhereStore struct {
	storage.Store
	last      bool // of the files in their order of names, else the first
	somewhere bool // all can be published after all
	before    func(op, name string) error
	mu        sync.Mutex
}

func (s *nowhereStore) call(op, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.before == nil {
		return nil
	}
	return s.before(op, name)
}

// Publish implements storage.Store.
func (s *nowhereStore) Publish(ctx context.Context, p storage.Pending) error {
	if err := s.call("publish", p.Name); err != nil {
		return err
	}
	if !s.somewhere && s.last == strings.Contains(p.Name, "/job_id=") {
		return &storage.Error{Op: "publish", Name: p.Name, Err: storage.ErrImpossible}
	}
	return s.Store.Publish(ctx, p)
}

// Swap implements storage.Store.
func (s *nowhereStore) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	if strings.HasSuffix(name, "/commit.json") {
		if err := s.call("swap", name); err != nil {
			return "", err
		}
	}
	return s.Store.Swap(ctx, name, data, tag)
}

// Get implements storage.Store.
func (s *nowhereStore) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	if strings.HasSuffix(name, "/commit.json") {
		if err := s.call("get", name); err != nil {
			return nil, "", err
		}
	}
	return s.Store.Get(ctx, name, limit)
}

// Discard implements storage.Store.
func (s *nowhereStore) Discard(ctx context.Context, p storage.Pending) error {
	if err := s.call("discard", p.Name); err != nil {
		return err
	}
	return s.Store.Discard(ctx, p)
}

// Delete implements storage.Store.
func (s *nowhereStore) Delete(ctx context.Context, name string) error {
	if err := s.call("delete", name); err != nil {
		return err
	}
	return s.Store.Delete(ctx, name)
}

// tableOf returns what a folder shows, without what is pending and registers.
func tableOf(t *testing.T, dest string) map[string]string {
	t.Helper()
	files := storagetest.ReadTree(t, dest)
	maps.DeleteFunc(files, func(name, _ string) bool {
		return strings.Contains(name, "/pending/") || strings.HasSuffix(name, "/commit.json")
	})
	return files
}

// before is a table that is there before a commit, or none.
func (tb testTable) before(t *testing.T, replacing bool) map[string]string {
	t.Helper()
	if replacing {
		if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
			t.Fatal(err)
		}
	}
	return tableOf(t, tb.dest)
}

// What was claimed and can never be published is taken back: the table is what it was,
// and what comes next finds nothing in its way.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	for _, replacing := range []bool{false, true} {
		for _, last := range []bool{false, true} {
			t.Run(fmt.Sprint(replacing, last), func(t *testing.T) {
				t.Parallel()
				tb := newTable(t)
				old := tb.before(t, replacing)
				store := &nowhereStore{Store: disk.Store{}, last: last}
				s, err := tb.convert(t.Context(), t, store, tableOptions)
				withdrawn := (*ledger.WithdrawnError)(nil)
				if !errors.As(err, &withdrawn) || !errors.Is(err, storage.ErrImpossible) || s.Jobs[0].Outcome != Failed {
					t.Errorf("got %+v, %v", s, err)
				}
				storagetest.CompareTrees(t, tableOf(t, tb.dest), old)
				for name := range storagetest.ReadTree(t, tb.dest) {
					if strings.Contains(name, "/pending/") {
						t.Errorf("left %s", name)
					}
				}
				if replacing {
					if s, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil || s.Jobs[0].Outcome != Unchanged {
						t.Errorf("the old table: %+v, %v", s, err)
					}
				}
				if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
					t.Fatal(err)
				}
				storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
			})
		}
	}
}

// Whoever is killed while a commit is taken back, or passed by a second run that
// rolls forward and takes back too, leaves the table as it was, or whole.
func TestWithdrawFaults(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	want := cleanTable(t, tableOptions)
	// The short form tries every third step, for each combination others.
	stride, combination := 3, 0
	if soak {
		stride = 1
	}
	for _, second := range []string{"after it was killed", "in between", "in between, where it can be published"} {
		for _, replacing := range []bool{false, true} {
			begin := 1 + combination%stride
			combination++
			t.Run(fmt.Sprint(second, replacing), func(t *testing.T) {
				t.Parallel()
				first := newTable(t)
				old := first.before(t, replacing)
				replaced := storagetest.ReadTree(t, first.dest)
				for n := begin; ; n += stride {
					tb := newTable(t)
					storagetest.WriteTree(t, tb.dest, replaced)
					store := &nowhereStore{Store: disk.Store{}, last: n%2 == 0}
					another := &nowhereStore{Store: disk.Store{}, last: n%2 == 0}
					calls, claimed, reached, dead := 0, false, false, false
					store.before = func(op, _ string) error {
						claimed = claimed || op == "publish"
						if dead {
							return stop
						}
						if !claimed {
							return nil
						}
						if calls++; calls != n {
							return nil
						}
						reached = true
						switch second {
						case "after it was killed":
							dead = true
							return stop
						case "in between":
							_, err := tb.convert(t.Context(), t, another, tableOptions)
							if err == nil {
								t.Errorf("step %d: the second run succeeds", n)
							}
						default:
							if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
								t.Errorf("step %d: %v", n, err)
							}
						}
						return nil
					}
					_, err := tb.convert(t.Context(), t, store, tableOptions)
					if !reached {
						break
					}
					switch second {
					case "after it was killed":
						if err == nil {
							t.Errorf("step %d: it succeeds", n)
						}
						// Who comes next cannot publish it either.
						if _, err := tb.convert(t.Context(), t, another, tableOptions); err == nil {
							t.Errorf("step %d: the second run succeeds", n)
						}
						storagetest.CompareTrees(t, tableOf(t, tb.dest), old)
					case "in between":
						storagetest.CompareTrees(t, tableOf(t, tb.dest), old)
					}
					if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
						t.Errorf("step %d: again: %v", n, err)
					}
					got := storagetest.ReadTree(t, tb.dest)
					storagetest.CompareTrees(t, got, want)
					if t.Failed() {
						t.Fatalf("at step %d", n)
					}
				}
			})
		}
	}
}

// Who claims after another has claimed, and taken that back, is not late.
func TestClaimAfterWithdrawal(t *testing.T) {
	t.Parallel()
	for _, replacing := range []bool{false, true} {
		tb := newTable(t)
		tb.before(t, replacing)
		ran := false
		store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) error {
			if op == "swap" && !ran {
				ran = true
				o := tableOptions
				o.TaskSize = 1 << 30 // another fingerprint
				if _, err := tb.convert(t.Context(), t, &nowhereStore{Store: disk.Store{}}, o); !errors.Is(err, storage.ErrImpossible) {
					t.Errorf("error is %v", err)
				}
			}
			return nil
		}}
		if _, err := tb.convert(t.Context(), t, store, tableOptions); err != nil {
			t.Errorf("replacing %t: %v", replacing, err)
		}
		storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
	}
}

// A register that is withdrawn is refused by a program that knows only the version
// before.
func TestWithdrawnVersion(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	stop := errors.New("stop")
	swaps := 0
	store := &nowhereStore{Store: disk.Store{}, before: func(op, _ string) error {
		swaps += strings.Count(op, "swap")
		if swaps >= 2 && op == "discard" {
			return stop
		}
		return nil
	}}
	if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(tb.dest, ledger.StateFolder, reporttest.JobA, "commit.json"))
	if err != nil || !strings.Contains(string(data), `"batchreport_record": 4,`) || !strings.Contains(string(data), `"withdrawn": true`) {
		t.Errorf("register is %s, %v", data, err)
	}
	if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}
