package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/signal"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/convert/storage"
)

// steps is batchreport in a process that sends itself a signal at one of its steps:
// batchreport-steps SIGNAL RESUME N COMMAND ARGUMENTS... It prints the name
// of step N, sends itself SIGNAL, and goes on when it gets the signal RESUME. Steps
// are counted from 1. Each call that changes the store is two steps: before it begins
// and after it has ended. Where BATCHREPORT_STEPS_NOWHERE is set, files of that kind can
// never be published.
func steps() {
	stop, err1 := strconv.Atoi(os.Args[1])
	resume, err2 := strconv.Atoi(os.Args[2])
	n, err3 := strconv.Atoi(os.Args[3])
	self, err4 := os.FindProcess(os.Getpid())
	e, err5 := findCommand(os.Args[4])
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		panic(err)
	}
	resumed := make(chan os.Signal, 1)
	signal.Notify(resumed, syscall.Signal(resume))
	// What the command says on standard output would stand beside the name of the step.
	a := &app{env: os.Environ(), stdin: os.Stdin, stdout: io.Discard, stderr: os.Stderr}
	a.setLog(console.Options{})
	c := e.create()
	line, err := newCommandFlags(e.Name, c).parse(os.Args[5:], os.LookupEnv)
	if err == nil {
		err = c.check(line)
	}
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	store := &stepStore{Store: openStore(ctx, c.shared().s3, slog.New(slog.DiscardHandler)), left: n, nowhere: os.Getenv("BATCHREPORT_STEPS_NOWHERE"), at: func(step string) {
		fmt.Fprintln(os.Stdout, step)
		if err := self.Signal(syscall.Signal(stop)); err != nil {
			panic(err)
		}
		<-resumed
	}}
	os.Exit(a.exit(ctx, c.run(ctx, a, store)))
}

// stepStore counts the steps of a run and calls at at one of them.
type stepStore struct {
	storage.Store
	mu      sync.Mutex
	left    int    // counts down to that step
	nowhere string // the kind of files that can never be published; may be empty
	at      func(step string)
}

// step counts a step: when it is, what is done, and to which kind of object.
func (s *stepStore) step(when, op, kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left--; s.left == 0 {
		s.at(when + " " + op + " " + kind)
	}
}

// call makes a call that changes the store, and counts its two steps.
func (s *stepStore) call(op, kind string, f func() error) error {
	s.step("before", op, kind)
	err := f()
	s.step("after", op, kind)
	return err
}

// kindOf returns what kind of object has this name.
func kindOf(name string) string {
	base := path.Base(name)
	switch {
	case base == "run.json":
		return "marker"
	case base == "delta.json":
		return "mark of a log"
	case strings.Contains(name, "/_delta_log/"):
		return "log"
	case strings.HasPrefix(base, "uploads-"):
		return "note"
	case strings.HasPrefix(base, "task-"):
		return "result"
	case strings.HasSuffix(base, ".jsonl.gz"):
		return "rejects"
	}
	return "part"
}

// Create implements storage.Store.
func (s *stepStore) Create(ctx context.Context, name, staging string) (out storage.Output, err error) {
	err = s.call("create", kindOf(name), func() error {
		out, err = s.Store.Create(ctx, name, staging)
		return err
	})
	return &stepOutput{out, s, kindOf(name)}, err
}

// stepOutput counts the steps of an object being written.
type stepOutput struct {
	storage.Output
	store *stepStore
	kind  string
}

// Commit implements storage.Output.
func (o *stepOutput) Commit() (p storage.Pending, err error) {
	err = o.store.call("write", o.kind, func() error {
		p, err = o.Output.Commit()
		return err
	})
	return p, err
}

// Publish implements storage.Store.
func (s *stepStore) Publish(ctx context.Context, p storage.Pending) error {
	return s.call("publish", kindOf(p.Name), func() error {
		if kindOf(p.Name) == s.nowhere {
			return &storage.Error{Op: "publish", Name: p.Name, Err: storage.ErrImpossible}
		}
		return s.Store.Publish(ctx, p)
	})
}

// Check implements storage.Store.
func (s *stepStore) Check(ctx context.Context, p storage.Pending) error {
	return s.call("check", kindOf(p.Name), func() error { return s.Store.Check(ctx, p) })
}

// Discard implements storage.Store.
func (s *stepStore) Discard(ctx context.Context, p storage.Pending) error {
	return s.call("discard", "pending", func() error { return s.Store.Discard(ctx, p) })
}

// Unpublished implements storage.Store.
func (s *stepStore) Unpublished(ctx context.Context, folder, staging string) iter.Seq2[storage.Unpublished, error] {
	s.step("before", "list", "pending")
	return s.Store.Unpublished(ctx, folder, staging)
}

// Put implements storage.Store.
func (s *stepStore) Put(ctx context.Context, name string, data []byte) error {
	return s.call("put", kindOf(name), func() error { return s.Store.Put(ctx, name, data) })
}

// Swap implements storage.Store.
func (s *stepStore) Swap(ctx context.Context, name string, data []byte, tag string) (newTag string, err error) {
	kind := "record"
	switch {
	case kindOf(name) == "log":
		kind = "log"
	case strings.Contains(string(data), `"withdrawn": true`):
		kind = "withdrawal"
	case strings.Contains(string(data), `"next": {`):
		kind = "claim"
	case strings.Contains(string(data), `"replaces": [`):
		kind = "record that replaces"
	}
	err = s.call("swap", kind, func() error {
		newTag, err = s.Store.Swap(ctx, name, data, tag)
		return err
	})
	return newTag, err
}

// Delete implements storage.Store.
func (s *stepStore) Delete(ctx context.Context, name string) error {
	return s.call("delete", kindOf(name), func() error { return s.Store.Delete(ctx, name) })
}
