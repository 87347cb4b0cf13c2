package convert

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"path"
	"testing"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/ndjson"
	"batchreport/convert/internal/objects"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/internal/source"
	"batchreport/convert/plan"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// stoppingTaker fails at an object, and keeps what it has seen.
type stoppingTaker struct {
	at, seen int
	ends     []string
}

var errStop = errors.New("stop")

func (s *stoppingTaker) Take(e *objects.End) error {
	if s.seen++; s.seen == s.at {
		return errStop
	}
	o := schema.SplitObject(e.ID)
	s.ends = append(s.ends, fmt.Sprintf("%s %s failed=%t rows=%d", o.Key, o.Version, e.Failed, e.Rows))
	return nil
}

func (s *stoppingTaker) EndBatch(context.Context) error { return nil }

// TestObjectSortMemory stops a sort of objects at the first object, at later ones and
// never: all memory is given back, and the objects come in order.
func TestObjectSortMemory(t *testing.T) {
	t.Parallel()
	c := reporttest.Chains{Seed: 5, Objects: 4000, Jobs: 3}
	store := storagetest.Memory{Objects: c.Files(t, "")}
	var jobs []source.Found
	for n := range c.Jobs {
		created := c.Created(n)
		job := plan.Job{Name: c.JobID(n), ReportCreatedAt: &created}
		for i := range 2 {
			name := path.Join("job-"+c.JobID(n), "results", fmt.Sprintf("%040x.csv", i))
			job.Files = append(job.Files, plan.File{Name: name, Key: name, Size: int64(len(store.Objects[name])), MD5: fmt.Sprintf("%x", md5.Sum([]byte(store.Objects[name])))})
		}
		jobs = append(jobs, source.Found{Job: job})
	}
	total := 0
	for i := range c.Objects {
		if len(c.Object(i).Attempts) > 0 {
			total++
		}
	}
	for _, at := range []int{1, 2, total / 2, total, 0} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprint(at, workers), func(t *testing.T) {
				t.Parallel()
				columns := objects.WithColumns(schema.RawKey, schema.ErrorCode, schema.OccurredAt)
				format, err := ndjson.New(schema.Arrow(columns), ndjson.Options{Compression: encode.None})
				if err != nil {
					t.Fatal(err)
				}
				o := Options{}.withDefaults()
				s := &objectSort{
					pipeline: pipeline{store: store, options: &o, columns: columns, mem: batchtest.CheckedMemory(t, batch.NewRecycler()), newMD5: md5.New},
					jobs:     objects.InOrder(jobs, false), format: format, workers: workers, tempDir: t.TempDir(),
				}
				taker := &stoppingTaker{at: at}
				switch err := s.run(t.Context(), taker); {
				case at > 0 && !errors.Is(err, errStop):
					t.Errorf("got %v", err)
				case at == 0 && (err != nil || taker.seen != total):
					t.Errorf("%d objects instead of %d, %v", taker.seen, total, err)
				}
			})
		}
	}
}
