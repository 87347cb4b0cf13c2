package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
)

// planCommand is what the flags of plan say.
type planCommand struct {
	options convert.Options
	s3      s3.Options
	log     logOptions
}

// flags returns the flags of plan, bound to c.
func (c *planCommand) flags() *commandFlags {
	flags := newCommandFlags("plan")
	flags.table(&c.options)
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, nil)
	return flags
}

// plan runs the command of that name.
func (a *app) plan(ctx context.Context, args []string) error {
	var c planCommand
	flags := c.flags()
	args, err := a.parse(flags, planHelp, args)
	if err != nil {
		return err
	}
	sources, dest, err := splitNames(args)
	if err == nil && slices.Contains(args, storage.Stdio) {
		err = errors.New("standard input and output cannot be shared by tasks")
	}
	if err := errors.Join(err, c.options.Validate(), c.s3.Validate()); err != nil {
		return flags.usage(err)
	}
	a.setLog(c.log)

	o := c.options
	o.Version, o.Log = versionAndBuild(), a.log
	plan, err := convert.MakePlan(ctx, openStore(ctx, c.s3), sources, dest, o)
	if err != nil {
		return err
	}
	text, err := formatPlan(plan)
	if err != nil {
		return err
	}
	if err := a.print(text); err != nil {
		return err
	}
	var t ledger.Totals
	for _, j := range plan.Jobs {
		for _, f := range j.Job.Files {
			t.Files++
			t.BytesIn += f.Size
		}
	}
	a.log.Info(fmt.Sprintf("%s, %s: %s", plural(int64(len(plan.Jobs)), "job"), plural(int64(plan.Tasks()), "task"), input(t)))
	return nil
}

// formatPlan returns a plan as indented JSON.
func formatPlan(p *convert.Plan) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // keys are there to be read
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return "", fmt.Errorf("write plan: %w", err)
	}
	return text.String(), nil
}

// maxPlan is the size in bytes of the largest plan that is read: some 300 bytes
// for each of a million result files and more.
const maxPlan = 512 << 20

// bindPlan binds the flag of the commands that go by a plan.
func bindPlan(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "plan", "", "`FILE` that plan has printed: a path, an s3:// address, or - for standard input")
}

// readPlan reads the plan of that name.
func (a *app) readPlan(ctx context.Context, store storage.Store, name string) (*convert.Plan, error) {
	var data []byte
	var err error
	if name == storage.Stdio {
		in := interruptible(ctx, a.stdin)
		defer in.Close()
		if data, err = io.ReadAll(io.LimitReader(in, maxPlan)); err != nil {
			err = fmt.Errorf("read standard input: %w", err)
		}
	} else {
		data, _, err = store.Get(ctx, name, maxPlan)
	}
	if err != nil {
		return nil, err
	}
	plan, err := convert.ParsePlan(data, versionAndBuild())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return plan, nil
}

// checkPlanned reports what is wrong with the command line of a command that
// goes by a plan.
func checkPlanned(plan string, args []string, o s3.Options) error {
	var errs []error
	if plan == "" {
		errs = append(errs, errors.New("--plan is needed"))
	}
	if len(args) > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q: the plan says what is read and written", args[0]))
	}
	return errors.Join(append(errs, o.Validate())...)
}
