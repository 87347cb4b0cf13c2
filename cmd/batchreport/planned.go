package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"batchreport/convert"
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
	f.StringVar(&c.plan, "plan", "", "`FILE` that plan has printed: a path, an s3:// address, or - for standard input (needed)")
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

// maxPlan is the size in bytes of the largest plan that is read. A result file takes
// some 300 bytes of it, so there is room for more than a million.
const maxPlan = 512 << 20

// readPlan reads the plan that --plan names.
func (c *planned) readPlan(ctx context.Context, a *app, store storage.Store) (*convert.Plan, error) {
	var data []byte
	var err error
	if c.plan == storage.Stdio {
		in := interruptible(ctx, a.stdin)
		defer in.Close()
		if data, err = io.ReadAll(io.LimitReader(in, maxPlan)); err != nil {
			err = fmt.Errorf("read standard input: %w", err)
		}
	} else {
		data, _, err = store.Get(ctx, c.plan, maxPlan)
	}
	if err != nil {
		return nil, err
	}
	plan, err := convert.ParsePlan(data, versionAndBuild())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.plan, err)
	}
	return plan, nil
}
