package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

const planHelp = `Usage: batchreport plan [flags] SOURCE... DEST

Prints the plan of what convert would do, as JSON, and changes nothing. The same
reports and flags give the same plan. Each of its tasks can be run by task, in
any order, anywhere, at once, and more than once; then commit is due, or abort.
All of them must be of the same version of the program, and find the SOURCEs and
DEST by the names given here: standard input and pipes cannot be planned.

`

// planCommand is the command plan, with its command line.
type planCommand struct {
	common
	options convert.Options
	sources []string
	dest    string
}

// bind implements command.
func (c *planCommand) bind(flags *commandFlags) {
	flags.table(&c.options)
	flags.group("Run", func(f *pflag.FlagSet) {
		bindDelta(f, &c.options.Delta)
		bindMixedLayout(f, &c.options.MixedLayout)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
	})
	flags.messages(&c.log, nil)
}

// check implements command.
func (c *planCommand) check(line commandLine) (err error) {
	c.sources, c.dest, err = splitNames(line.args)
	if err == nil && slices.Contains(line.args, storage.Stdio) {
		err = errors.New("standard input and output cannot be shared by tasks")
	}
	return errors.Join(err, c.options.Validate(), checkS3(c.s3))
}

// run implements command.
func (c *planCommand) run(ctx context.Context, a *app, store storage.Store) error {
	o := c.options
	o.Version, o.Log = versionAndBuild(), a.log
	plan, err := convert.MakePlan(ctx, store, c.sources, c.dest, o)
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
	encoder.SetEscapeHTML(false) // people read the keys
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return "", fmt.Errorf("write plan: %w", err)
	}
	return string(visibleJSON(text.Bytes())), nil
}
