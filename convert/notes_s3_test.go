package convert

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// uploadsLeft returns what is under way below a destination, whatever lists it.
func (r *s3Report) uploadsLeft(t *testing.T, dest string) (left []string) {
	t.Helper()
	for u, err := range r.store.Unpublished(t.Context(), dest, "") {
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, u.Name)
	}
	return left
}

// Uploads are found by what is noted of them where a store lists them only by the
// exact key: whoever was to drop them does so, and says how many.
func TestS3UploadsThatNobodyLists(t *testing.T) {
	r := startS3(t)
	stop := errors.New("stop")
	for _, listing := range []string{"by prefix", "by exact key"} {
		// Where a run ends: in the middle of its tasks, with some of them done, before
		// the claim, or with tasks that were run twice. Of a table without partitions the
		// names of the parts say less.
		for _, end := range []string{"write 2", "put 4", "swap 1", "twice", "swap 1, no partitions"} {
			for _, drop := range []string{"clean", "abort", "go on"} {
				t.Run(fmt.Sprint(listing, end, drop), func(t *testing.T) {
					proxy := r.server.NewProxy(t)
					if listing == "by exact key" {
						proxy.Break(storagetest.ListMultipartUploads, 0, -1, storagetest.ExactKeys)
					}
					store, dest := r.open(t, proxy), r.dest(t)
					o := s3Options
					if strings.HasSuffix(end, "no partitions") {
						o.PartitionBy = []schema.Column{}
					}
					p, err := MakePlan(t.Context(), store, []string{r.source}, dest, o)
					if err != nil {
						t.Fatal(err)
					}
					if end == "twice" {
						for index := range 2 * p.Tasks() {
							forced := Run{Change: Change{Force: true}}
							c, err := planned(store, p, forced)
							if err != nil {
								t.Fatal(err)
							}
							// As two processes do at once, that see no result of each other.
							w := c.work(&p.Jobs[0])
							if err := w.run.Open(t.Context()); err != nil {
								t.Fatal(err)
							}
							if _, err := w.runTask(t.Context(), p.Jobs[0].Tasks[index/2], 1); err != nil {
								t.Fatal(err)
							}
						}
					} else {
						// From there on nothing can be done any more: the process is gone.
						op, n := "", 0
						if _, err := fmt.Sscanf(end, "%s %d", &op, &n); err != nil {
							t.Fatal(err)
						}
						dead := false
						hooked := &storagetest.Hooked{Store: store, Before: func(called, _ string) error {
							if called == op {
								n--
							}
							if dead = dead || n == 0; dead {
								return stop
							}
							return nil
						}}
						killed := &unabortable{hooked}
						if _, err := convertChecked(t.Context(), t, killed, []string{r.source}, dest, o); !errors.Is(err, stop) {
							t.Fatalf("error is %v", err)
						}
					}
					left := len(r.uploadsLeft(t, dest))
					if left == 0 {
						t.Fatal("nothing is left to be found")
					}
					var dropped []ledger.Leftover
					switch drop {
					case "clean":
						dropped, err = Clean(t.Context(), store, dest, time.Now().Add(time.Hour), Change{})
					case "abort":
						dropped, err = Abort(t.Context(), store, p, Change{})
					default:
						err = r.convert(t, store, dest, o)
					}
					if err != nil {
						t.Fatal(err)
					}
					if drop != "go on" && (len(dropped) != 1 || dropped[0].Pending != left) {
						t.Errorf("dropped %+v; want %d uploads", dropped, left)
					}
					if left := r.uploadsLeft(t, dest); len(left) > 0 {
						t.Errorf("left %q", left)
					}
					for name := range r.tree(t, dest) {
						if drop != "go on" || strings.Contains(name, "/pending/") {
							t.Errorf("left %s", name)
						}
					}
				})
			}
		}
	}
}

// unabortable is a store of a process that is killed, which cannot abort what it
// writes.
type unabortable struct{ storage.Store }

// Create implements storage.Store.
func (s *unabortable) Create(ctx context.Context, name, staging string) (storage.Output, error) {
	out, err := s.Store.Create(ctx, name, staging)
	if err != nil {
		return nil, err
	}
	return unabortableOutput{out}, nil
}

type unabortableOutput struct{ storage.Output }

// Abort implements storage.Output.
func (unabortableOutput) Abort() error { return nil }
