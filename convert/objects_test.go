package convert

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/ndjson"
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

func (s *stoppingTaker) take(e *objectEnd) error {
	if s.seen++; s.seen == s.at {
		return errStop
	}
	o := schema.SplitObject(e.id)
	s.ends = append(s.ends, fmt.Sprintf("%s %s failed=%t rows=%d", o.Key, o.Version, e.failed, e.rows))
	return nil
}

func (s *stoppingTaker) endBatch(context.Context) error { return nil }

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
	objects := 0
	for i := range c.Objects {
		if len(c.Object(i).Attempts) > 0 {
			objects++
		}
	}
	for _, at := range []int{1, 2, objects / 2, objects, 0} {
		for _, workers := range []int{1, 3} {
			t.Run(fmt.Sprint(at, workers), func(t *testing.T) {
				t.Parallel()
				columns := withObjects(schema.RawKey, schema.ErrorCode, schema.OccurredAt)
				format, err := ndjson.New(schema.Arrow(columns), ndjson.Options{Compression: encode.None})
				if err != nil {
					t.Fatal(err)
				}
				o := Options{}.withDefaults()
				s := &objectSort{
					pipeline: pipeline{store: store, options: &o, columns: columns, mem: batchtest.CheckedMemory(t, batch.NewRecycler()), newMD5: md5.New},
					jobs:     orderJobs(jobs, ""), format: format, workers: workers, tempDir: t.TempDir(),
				}
				taker := &stoppingTaker{at: at}
				switch err := s.run(t.Context(), taker); {
				case at > 0 && !errors.Is(err, errStop):
					t.Errorf("got %v", err)
				case at == 0 && (err != nil || taker.seen != objects):
					t.Errorf("%d objects instead of %d, %v", taker.seen, objects, err)
				}
			})
		}
	}
}

// TestOrderJobs checks which jobs are known to be later than others.
func TestOrderJobs(t *testing.T) {
	t.Parallel()
	at := func(day int) *time.Time {
		d := time.Date(2024, 1, day, 0, 0, 0, 0, time.UTC)
		return &d
	}
	for _, tt := range []struct {
		name  string
		order Order
		jobs  []source.Found // named a, b, …
		want  string         // the jobs in order, with < where that is known and ? where it is not
		first bool
	}{
		{"dates", OrderDate, []source.Found{{Job: plan.Job{ReportCreatedAt: at(2)}}, {Job: plan.Job{ReportCreatedAt: at(1)}}}, "b<a", true},
		{"one", OrderDate, []source.Found{{}}, "a", true},
		{"the same date", OrderDate, []source.Found{{Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "a<b?c", true},
		{"the same first date", OrderDate, []source.Found{{Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "a?b<c", false},
		{"no date", OrderDate, []source.Found{{}, {Job: plan.Job{ReportCreatedAt: at(1)}}, {Job: plan.Job{ReportCreatedAt: at(2)}}}, "b<c?a", false},
		{"sources", OrderSources, []source.Found{{Source: 1}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(3)}}, {Source: 2, Job: plan.Job{ReportCreatedAt: at(1)}}}, "b<a<c", true},
		{"in one source", OrderSources, []source.Found{{Source: 1}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(3)}}, {Source: 0, Job: plan.Job{ReportCreatedAt: at(1)}}, {Source: 1}}, "c<b<a?d", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for i := range tt.jobs {
				tt.jobs[i].Job.Name = string(rune('a' + i))
			}
			o := orderJobs(tt.jobs, tt.order)
			var got strings.Builder
			for i := range o.jobs {
				if i > 0 {
					got.WriteString(map[bool]string{true: "<", false: "?"}[o.isKnown(int32(i-1), int32(i))])
				}
				got.WriteString(o.jobs[i].Job.Name)
			}
			if got.String() != tt.want || o.firstIsKnown() != tt.first {
				t.Errorf("got %s, first %t", got.String(), o.firstIsKnown())
			}
		})
	}
}
