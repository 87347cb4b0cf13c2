// Package share says which tasks of a plan one of many processes runs, as the command line or
// the scheduler that has started it says.
package share

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"batchreport/cmd/internal/values"
)

// Share says which tasks of a plan a call of task does: the one of that index or, where
// Of is not 0, those of the share of that index when all tasks are dealt to so many
// shares.
type Share struct {
	Index, Of int
}

// Tasks returns the first task of the share in a plan of n tasks, and the one behind its
// last. Shares are runs of tasks that follow on each other, and differ by one task at
// most. They follow from the numbers alone, and are empty where there are more shares
// than tasks left.
func (s Share) Tasks(n int) (first, end int) {
	if s.Of == 0 {
		return s.Index, s.Index + 1
	}
	at := func(i int) int {
		hi, lo := bits.Mul64(uint64(i), uint64(n))
		quotient, _ := bits.Div64(hi, lo, uint64(s.Of)) // i is at most Of, so it has room
		return int(quotient)
	}
	return at(s.Index), at(s.Index + 1)
}

// String names the share as messages do.
func (s Share) String() string {
	if s.Of == 0 {
		return fmt.Sprint(s.Index)
	}
	return fmt.Sprintf("%d of %d", s.Index, s.Of)
}

// scheduler says by which variables a scheduler tells a process which of many it is.
type scheduler struct {
	index string
	count string // how many there are; empty where the scheduler does not say
	min   string // the first index, which is 0 where that is empty or not set
	step  string // from one index to the next, which is 1 where that is empty or not set
}

// schedulers returns those whose variables task reads: array jobs of AWS Batch
// (https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html), indexed jobs of
// Kubernetes
// (https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode), and
// arrays of Slurm (https://slurm.schedmd.com/job_array.html).
func schedulers() []scheduler {
	return []scheduler{
		{index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE"},
		{index: "JOB_COMPLETION_INDEX"},
		{index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT", min: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP"},
	}
}

// FromScheduler returns the share that a scheduler asks for. of is that of the command line,
// which goes before the scheduler's, or 0.
func FromScheduler(env func(string) (string, bool), of int) (Share, error) {
	var found Share
	where := ""
	for _, s := range schedulers() {
		is, ok, err := s.share(env)
		if err != nil {
			return Share{}, err
		}
		if !ok {
			continue
		}
		if of != 0 {
			is.Of = of
		}
		if where != "" && is != found {
			return Share{}, fmt.Errorf("%s says %s and %s %s: --index says which it is", where, found, s.index, is)
		}
		found, where = is, s.index
	}
	if where == "" {
		var names []string
		for _, s := range schedulers() {
			names = append(names, s.index)
		}
		last := len(names) - 1
		return Share{}, fmt.Errorf("--index is needed where none of %s and %s is set", strings.Join(names[:last], ", "), names[last])
	}
	return found, nil
}

// share returns the share that the scheduler asks for, if it has started this process.
func (s scheduler) share(env func(string) (string, bool)) (is Share, ok bool, err error) {
	var errs []error
	number := func(name string, least int) (n int, ok bool) {
		text, ok := env(name)
		if name == "" || !ok || text == "" {
			return 0, false
		}
		if err := values.NumberFrom(least, &n)(text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %q is %w", name, text, err))
		}
		return n, true
	}
	is.Index, ok = number(s.index, 0)
	if !ok {
		return Share{}, false, nil
	}
	is.Of, _ = number(s.count, 1)
	first, _ := number(s.min, 0)
	step, stepped := number(s.step, 1)
	if len(errs) > 0 {
		return Share{}, false, errors.Join(errs...)
	}
	counted := is.Index - first
	if stepped {
		counted /= step
	}
	if counted < 0 || is.Of != 0 && counted >= is.Of {
		return Share{}, false, fmt.Errorf("%s is %d in an array of %d that begins with %d: its indexes have gaps, so --index and --of must say which share it is", s.index, is.Index, is.Of, first)
	}
	is.Index = counted
	return is, true, nil
}
