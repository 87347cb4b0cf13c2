package convert

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// lossyStore does what the n-th call of op asks for, but its answer is lost.
type lossyStore struct {
	storage.Store
	op string
	n  int
}

var errLost = errors.New("answer lost")

func (s *lossyStore) answer(op string, err error) error {
	if op == s.op {
		if s.n--; s.n == 0 {
			return errors.Join(errLost, err)
		}
	}
	return err
}

// Publish implements storage.Store.
func (s *lossyStore) Publish(ctx context.Context, p storage.Pending) error {
	return s.answer("publish", s.Store.Publish(ctx, p))
}

// Put implements storage.Store.
func (s *lossyStore) Put(ctx context.Context, name string, data []byte) error {
	return s.answer("put", s.Store.Put(ctx, name, data))
}

// A commit of which an answer is lost leaves what was there before it, and the
// next run does the whole of it.
func TestCommitLostAnswers(t *testing.T) {
	t.Parallel()
	older := tableOptions
	older.Version = "older"
	want, before := cleanTable(t, tableOptions), cleanTable(t, older)
	for op, calls := range map[string]int{"publish": 3, "put": 1} {
		for n := range calls {
			for _, replacing := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %d, replacing %t", op, n+1, replacing), func(t *testing.T) {
					t.Parallel()
					tb := newTable(t)
					left := map[string]string{}
					if replacing {
						left = before
						if _, err := tb.convert(t.Context(), t, disk.Store{}, older); err != nil {
							t.Fatal(err)
						}
					}
					if _, err := tb.convert(t.Context(), t, &lossyStore{disk.Store{}, op, n + 1}, tableOptions); !errors.Is(err, errLost) {
						t.Errorf("error is %v; want %v", err, errLost)
					}
					compareTrees(t, readTree(t, tb.dest), left)
					if _, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions); err != nil {
						t.Fatal(err)
					}
					compareTrees(t, readTree(t, tb.dest), want)
				})
			}
		}
	}
}

// A run that ended while it deleted what it replaces left the rest to the next.
func TestCommitFinishes(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	older := tableOptions
	older.Version = "older"
	if _, err := tb.convert(t.Context(), t, disk.Store{}, older); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	store := &hookedStore{Store: disk.Store{}, before: failNth("delete", 2, broken)}
	if _, err := tb.convert(t.Context(), t, store, tableOptions); !errors.Is(err, broken) {
		t.Fatalf("error is %v; want %v", err, broken)
	}
	summary, err := tb.convert(t.Context(), t, disk.Store{}, tableOptions)
	if err != nil || summary.Jobs[0].Outcome != Unchanged {
		t.Errorf("got %+v, %v; want the job unchanged", summary, err)
	}
	compareTrees(t, readTree(t, tb.dest), cleanTable(t, tableOptions))
}
