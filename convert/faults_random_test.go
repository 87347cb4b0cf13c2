package convert

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// TestS3FaultsAtRandom breaks one request in twenty of many runs, three of them
// in a row, some with other options. Then an undisturbed one must find, or make,
// the same bytes as ever, and drop what the others left: of runs with other
// options that is for Clean to do.
func TestS3FaultsAtRandom(t *testing.T) {
	runs := 12
	if soak {
		runs = 1000
	}
	r := startS3(t)
	cell := s3Cell{s3Report: r, want: r.clean(t, r.dest(t)+"/want", s3Options), old: r.clean(t, r.dest(t)+"/old", olderOptions())}
	var mu sync.Mutex
	var injected, requests, succeeded, failed, unknown int
	t.Run("runs", func(t *testing.T) {
		for seed := range runs {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(uint64(seed), 1))
				dest := r.dest(t)
				others := seed%3 == 0
				for range 3 {
					proxy := r.server.NewProxy(t)
					proxy.BreakSome(storagetest.Any, 0.05, random.Uint64(), anyFault(proxy, random.Uint64()))
					c, o := cell, s3Options
					if others && random.IntN(2) == 0 {
						c.want, c.old, o = cell.old, cell.want, olderOptions()
					}
					o.Force = random.IntN(2) == 0
					err := r.convert(t, r.open(t, proxy), dest, o)
					c.check(t, dest, err)
					mu.Lock()
					injected += proxy.Broken(storagetest.Any)
					requests += proxy.Count(storagetest.Any)
					switch {
					case err == nil:
						succeeded++
					case errors.Is(err, storage.ErrUnknown):
						unknown++
					default:
						failed++
						t.Log(err)
					}
					mu.Unlock()
				}
				got := r.clean(t, dest, s3Options)
				if others {
					if _, err := Clean(t.Context(), r.store, dest, time.Now().Add(time.Hour), Change{}); err != nil {
						t.Fatal(err)
					}
					got = r.tree(t, dest)
				}
				storagetest.CompareTrees(t, got, cell.want)
			})
		}
	})
	t.Logf("%d faults in %d requests of %d runs: %d succeeded, %d failed, of %d the outcome was unknown",
		injected, requests, succeeded+failed+unknown, succeeded, failed, unknown)
	if injected == 0 {
		t.Error("nothing happened")
	}
}

// anyFault is one of the faults of the matrix that can happen to a request.
func anyFault(proxy *storagetest.Proxy, seed uint64) storagetest.Fault {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 0))
	faults := s3Faults(proxy)
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		for {
			mu.Lock()
			f := faults[random.IntN(len(faults))]
			mu.Unlock()
			if f.hits(storagetest.KindOf(r)) {
				f.do(w, r, forward)
				return
			}
		}
	}
}
