package main

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"batchreport/cmd/internal/values"
)

// taskShare says which tasks of a plan a call of task does: the one of that index or, where
// of is not 0, those of the share of that index when all tasks are dealt to so many
// shares.
type taskShare struct {
	index, of int
}

// noIndex is the index of a command line that has none.
const noIndex = -1

// tasks returns the first task of the share in a plan of n tasks, and the one behind its
// last. Shares are runs of tasks that follow on each other, and differ by one task at
// most. They follow from the numbers alone, and are empty where there are more shares
// than tasks left.
func (s taskShare) tasks(n int) (first, end int) {
	if s.of == 0 {
		return s.index, s.index + 1
	}
	at := func(i int) int {
		hi, lo := bits.Mul64(uint64(i), uint64(n))
		quotient, _ := bits.Div64(hi, lo, uint64(s.of)) // i is at most of, so it has room
		return int(quotient)
	}
	return at(s.index), at(s.index + 1)
}

// String names the share as messages do.
func (s taskShare) String() string {
	if s.of == 0 {
		return fmt.Sprint(s.index)
	}
	return fmt.Sprintf("%d of %d", s.index, s.of)
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

// shareOf returns the share that a scheduler asks for. of is that of the command line,
// which goes before the scheduler's, or 0.
func shareOf(env func(string) (string, bool), of int) (taskShare, error) {
	var found taskShare
	where := ""
	for _, s := range schedulers() {
		is, ok, err := s.share(env)
		if err != nil {
			return taskShare{}, err
		}
		if !ok {
			continue
		}
		if of != 0 {
			is.of = of
		}
		if where != "" && is != found {
			return taskShare{}, fmt.Errorf("%s says %s and %s %s: --index says which it is", where, found, s.index, is)
		}
		found, where = is, s.index
	}
	if where == "" {
		var names []string
		for _, s := range schedulers() {
			names = append(names, s.index)
		}
		last := len(names) - 1
		return taskShare{}, fmt.Errorf("--index is needed where none of %s and %s is set", strings.Join(names[:last], ", "), names[last])
	}
	return found, nil
}

// share returns the share that the scheduler asks for, if it has started this process.
func (s scheduler) share(env func(string) (string, bool)) (is taskShare, ok bool, err error) {
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
	is.index, ok = number(s.index, 0)
	if !ok {
		return taskShare{}, false, nil
	}
	is.of, _ = number(s.count, 1)
	first, _ := number(s.min, 0)
	step, stepped := number(s.step, 1)
	if len(errs) > 0 {
		return taskShare{}, false, errors.Join(errs...)
	}
	counted := is.index - first
	if stepped {
		counted /= step
	}
	if counted < 0 || is.of != 0 && counted >= is.of {
		return taskShare{}, false, fmt.Errorf("%s is %d in an array of %d that begins with %d: its indexes have gaps, so --index and --of must say which share it is", s.index, is.index, is.of, first)
	}
	is.index = counted
	return is, true, nil
}
