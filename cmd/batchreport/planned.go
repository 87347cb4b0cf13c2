package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

// planned holds the values of the flags that task, commit and abort have in common:
// the commands that go by a plan. They embed it.
type planned struct {
	common
	plan string // the name of the file
}

// bindPlan binds the flag that names the plan.
func (c *planned) bindPlan(f *pflag.FlagSet) {
	f.StringVar(&c.plan, "plan", "", "`FILE` that plan has printed or, with --out, written: a path, an s3:// address, or - for what it has printed on standard input (needed)")
}

// check implements command.
func (c *planned) check(line commandLine) error {
	var errs []error
	if c.plan == "" {
		errs = append(errs, errors.New("--plan is needed"))
	} else {
		var err error
		c.plan, err = storage.ParseAddress("--plan", c.plan)
		errs = append(errs, err)
	}
	if len(line.args) > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q: the plan says what is read and written", line.args[0]))
	}
	return errors.Join(append(errs, checkS3(c.s3))...)
}

// readPlan reads the plan that --plan names, of either form.
func (c *planned) readPlan(ctx context.Context, a *app, store storage.Store) (*plan.Plan, error) {
	if c.plan == storage.Stdio {
		return readStdinPlan(ctx, a)
	}
	read, err := plan.Read(ctx, store, c.plan, versionAndBuild())
	return read, noFolder(err)
}

// openPlan reads of the plan that --plan names what every task needs.
func (c *planned) openPlan(ctx context.Context, a *app, store storage.Store) (*plan.Opened, error) {
	if c.plan == storage.Stdio {
		p, err := readStdinPlan(ctx, a)
		if err != nil {
			return nil, err
		}
		return p.Opened(), nil
	}
	opened, err := plan.Open(ctx, store, c.plan, versionAndBuild())
	return opened, noFolder(err)
}

// noFolder says what --plan takes, where it names a folder.
func noFolder(err error) error {
	if !errors.Is(err, storage.ErrFolder) {
		return err
	}
	return &fault.Hinted{Err: err, Hint: "--plan names a file: the one that batchreport plan --out has written"}
}

// readStdinPlan reads a plan from standard input.
func readStdinPlan(ctx context.Context, a *app) (*plan.Plan, error) {
	data, err := stdio.ReadAll(ctx, a.stdin, plan.MaxFile)
	if err != nil {
		return nil, err
	}
	return plan.Parse(data, versionAndBuild())
}
