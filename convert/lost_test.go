package convert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
)

// lossyStore does what the n-th call of op asks for, but its answer is lost.
type lossyStore struct {
	storage.Store
	op string

	mu sync.Mutex
	n  int
}

func (s *lossyStore) answer(op string, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if op == s.op {
		if s.n--; s.n == 0 {
			return errors.Join(storage.ErrUnknown, err)
		}
	}
	return err
}

// Publish implements storage.Store.
func (s *lossyStore) Publish(ctx context.Context, p storage.Pending) error {
	return s.answer("publish", s.Store.Publish(ctx, p))
}

// Swap implements storage.Store.
func (s *lossyStore) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	tag, err := s.Store.Swap(ctx, name, data, tag)
	if strings.HasSuffix(name, "/run.json") {
		return tag, err
	}
	return tag, s.answer("swap", err)
}

// A commit of which an answer is lost deletes nothing, and the next run does the
// whole of it without reading the report again.
func TestCommitLostAnswers(t *testing.T) {
	t.Parallel()
	want := cleanTable(t, tableOptions)
	for op, calls := range map[string]int{"publish": 3, "swap": 3} {
		for n := range calls {
			for _, replacing := range []bool{false, true} {
				if op == "swap" && n == 2 && !replacing {
					continue // there is no such call
				}
				t.Run(fmt.Sprintf("%s %d, replacing %t", op, n+1, replacing), func(t *testing.T) {
					t.Parallel()
					tb := newTable(t)
					if replacing {
						if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
							t.Fatal(err)
						}
					}
					if _, err := tb.convert(t.Context(), t, &lossyStore{Store: disk.Store{}, op: op, n: n + 1}, tableOptions); !errors.Is(err, storage.ErrUnknown) {
						t.Errorf("error is %v; want %v", err, storage.ErrUnknown)
					}
					count := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, name string) error {
						if op == "open" && strings.HasSuffix(name, ".csv") {
							t.Errorf("read %s again", name)
						}
						return nil
					}}
					if _, err := tb.convert(t.Context(), t, count, tableOptions); err != nil {
						t.Fatal(err)
					}
					storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), want)
				})
			}
		}
	}
}

// A run that ended while it deleted what it replaces left the rest to the next.
func TestCommitFinishes(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if _, err := tb.convert(t.Context(), t, disk.Store{}, otherOptions()); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth("delete", 2, broken)}
	if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, broken) {
		t.Fatalf("error is %v; want %v", err, broken)
	}
	summary, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions)
	if err != nil || summary.Jobs[0].Outcome != Unchanged {
		t.Errorf("got %+v, %v; want the job unchanged", summary, err)
	}
	storagetest.CompareTrees(t, storagetest.ReadTree(t, tb.dest), cleanTable(t, tableOptions))
}
