package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// bench holds what all measurements share.
type bench struct {
	config
	scratch string // folder in memory for what programs write
	log     io.Writer
	others  []float64 // of each run
}

func newBench(ctx context.Context, c config, log io.Writer) (*bench, error) {
	for _, program := range []string{c.binary, c.gen} {
		if _, err := os.Stat(program); err != nil {
			return nil, fmt.Errorf("find program: %w", err)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp(memory(), "bench-")
	if err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	return &bench{config: c, scratch: scratch, log: log}, nil
}

func (b *bench) close() { os.RemoveAll(b.scratch) }

// memory is a folder in memory where there is one: on a disk, write-back of one
// run counts against the next.
func memory() string {
	const shm = "/dev/shm"
	if info, err := os.Stat(shm); err == nil && info.IsDir() {
		return shm
	}
	return os.TempDir()
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, "bench: "+format+"\n", args...) }

// out is the folder that a run writes, which is deleted after it.
func (b *bench) out() string { return filepath.Join(b.scratch, "out") }
