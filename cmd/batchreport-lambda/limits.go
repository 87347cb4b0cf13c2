package main

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	// leastMemory is in MB: what a task holds, by the package comment of convert, and
	// what the garbage collector needs beside it.
	leastMemory = 512

	// oneCPU is how many MB of memory come with one virtual CPU
	// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
	oneCPU = 1769

	// pace is how many bytes of result files one virtual CPU is expected to convert in a
	// second: a fifth of what a core does with a report of 200 MB, so that what is
	// begun ends in the first run, and the others are for what goes wrong.
	pace = 20e6

	// longestTidying is how long it may take at most to keep and to drop what a run that
	// is stopped has written: what package ledger allows for it.
	longestTidying = 30 * time.Second
)

// errDeadline is the cause by which a run is stopped before the function's time is over.
var errDeadline = errors.New("the function's time is over")

// workers returns how many workers convert a report: one for each virtual CPU. The
// function sees two where it has less than one.
func (s *settings) workers() int {
	return max(1, min(runtime.GOMAXPROCS(0), (s.memory+oneCPU/2)/oneCPU))
}

// limitMemory makes the garbage collector work harder before the function's memory is
// used up: one that needs more is killed.
func (s *settings) limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(s.memory) << 20 / 100 * 85) // the rest is for what is not Go's
	}
}

// limit returns how many bytes of result files a report may have that is begun when the
// function has so much time.
func (s *settings) limit(time time.Duration) int64 {
	if s.maxSize > 0 {
		return s.maxSize
	}
	return int64(min(max(time.Seconds()*pace*float64(s.memory)/oneCPU, 0), math.MaxInt64/2))
}

// timeOf returns how much time there is to work before ctx ends, and a context that ends
// then, because of errDeadline. A quarter of the time, or as much as is needed at most, is
// left for what has to be tidied up.
func timeOf(ctx context.Context) (context.Context, time.Duration, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		ctx, cancel := context.WithCancel(ctx)
		return ctx, math.MaxInt64, cancel
	}
	rest := time.Until(deadline)
	rest -= min(rest/4, longestTidying)
	ctx, cancel := context.WithTimeoutCause(ctx, rest, errDeadline)
	return ctx, rest, cancel
}
