package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/location"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

const planHelp = `Usage: batchreport plan [flags] SOURCE... DEST

Prints the plan of what convert would do, as JSON, and converts nothing. The same
reports and flags give the same plan. Each of its tasks can be run by task, in
any order, anywhere, at once, and more than once; then commit is due, or abort.
All of them must be of the same version of the program, and find the SOURCEs and
DEST by the names given here: standard input and pipes cannot be planned.

What is printed is one file, which every task reads whole, for up to 100,000
result files. With --out the plan is a small file and a folder of pieces beside
it, and a task reads that file and one piece, however large the plan is. Then
--json prints how large it is and what its tasks need, and --result writes the
same to a file, for a state machine that does not see standard output.

`

// planCommand is the command plan, with its command line.
type planCommand struct {
	common
	options convert.Options
	sources []string
	dest    string
	out     string // where the plan is written; empty for standard output
	result  string // where the result is written too; empty for nowhere
}

// bind implements command.
func (c *planCommand) bind(flags *commandFlags) {
	flags.group("Plan", func(f *pflag.FlagSet) {
		f.StringVar(&c.out, "out", "", "`FILE` to write the plan to, a path or an s3:// address, with its pieces in FILE.pieces (default standard output)")
		f.StringVar(&c.result, "result", "", "`FILE` to write to what --json prints, a path or an s3:// address; with --out (default none)")
	})
	flags.table(&c.options)
	flags.group("Run", func(f *pflag.FlagSet) {
		bindDelta(f, &c.options.Delta)
		bindMixedLayout(f, &c.options.MixedLayout)
	})
	flags.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, &c.s3)
		bindS3Read(f, &c.s3)
	})
	flags.messages(&c.log, &c.asJSON)
}

// check implements command.
func (c *planCommand) check(line commandLine) (err error) {
	c.sources, c.dest, err = splitNames(line.args)
	if err == nil && slices.Contains(line.args, storage.Stdio) {
		err = errors.New("standard input and output cannot be shared by tasks")
	}
	if c.out != "" {
		var wrong error
		c.out, wrong = storage.ParseAddress("--out", c.out)
		if c.out == storage.Stdio || strings.HasSuffix(c.out, "/") {
			wrong = errors.New("--out: a file is needed; without --out the plan is printed")
		}
		err = errors.Join(err, wrong)
	} else if c.asJSON || c.result != "" {
		err = errors.Join(err, errors.New("--json and --result go with --out: without it, what is printed is the plan"))
	}
	if c.result != "" {
		var wrong error
		c.result, wrong = storage.ParseAddress("--result", c.result)
		if c.result == storage.Stdio || strings.HasSuffix(c.result, "/") {
			wrong = errors.New("--result: a file is needed; --json prints it")
		}
		err = errors.Join(err, wrong)
	}
	return errors.Join(err, c.options.Validate(), checkS3(c.s3))
}

// run implements command.
func (c *planCommand) run(ctx context.Context, a *app, store storage.Store) error {
	// A plan holds every file and makes little garbage: that a tenth more may be in use costs
	// few collections, and a million files stay below 512 MiB.
	defer a.setGC(planGC)()
	o := c.options
	o.Version, o.Log = versionAndBuild(), a.log
	p, err := convert.MakePlan(ctx, store, c.sources, c.dest, o)
	if err != nil {
		return location.Swapped(ctx, store, c.sources, c.dest, err)
	}
	if c.out != "" {
		_, err = plan.Write(ctx, store, p, c.out)
	} else {
		err = a.printPlan(p)
	}
	if err != nil {
		return err
	}
	r := newPlanResult(p, c.out)
	if c.result != "" {
		if err := store.Put(ctx, c.result, []byte(human.JSON(r)+"\n")); err != nil {
			return err
		}
	}
	a.log.Info(fmt.Sprintf("%s, %s: %s", human.Plural(int64(r.Jobs), "job"), human.Plural(int64(r.Tasks), "task"), conversions.Input(ledger.Totals{Files: r.Files, BytesIn: r.Bytes})))
	if c.out == "" {
		return nil
	}
	return a.printResult(r)
}

// planResult is the result of plan: how large it is, and what its tasks need.
type planResult struct {
	result.Header
	Plan        string `json:"plan"`         // where it is
	Jobs        int    `json:"jobs"`         // of all SOURCEs
	Tasks       int    `json:"tasks"`        // of all jobs
	ArraySize   int    `json:"array_size"`   // of an array that runs them
	Files       int64  `json:"files"`        // result files
	Bytes       int64  `json:"bytes"`        // of the result files
	MemoryBytes int64  `json:"memory_bytes"` // of a task with two workers
}

// newPlanResult returns the result of a plan that was written.
func newPlanResult(p *plan.Plan, name string) planResult {
	const workers, leastArray, mostArray = 2, 2, 10_000 // arrays of AWS Batch have 2 to 10,000 jobs
	t := p.Opened().Header().Totals
	return planResult{
		result.NewHeader("plan", p.Dest), name, t.Jobs, t.Tasks, max(leastArray, min(t.Tasks, mostArray)), t.Files, t.Bytes,
		convert.TaskMemory(p.Options, workers, storage.IsS3(name) || storage.IsS3(p.Dest)),
	}
}

// planGC is the share of memory, in percent, that a plan may take beside what it holds.
const planGC = 10

// maxPrinted is the number of result files of the largest plan that is printed: one file
// of some 45 MB, which a task reads and parses in about a second.
const maxPrinted = 100_000

// printPlan prints a plan as one file.
func (a *app) printPlan(p *plan.Plan) error {
	files := 0
	for i := range p.Jobs {
		files += len(p.Jobs[i].Job.Files)
	}
	if files > maxPrinted {
		return &storage.Error{
			Op: "write", Name: "standard output", Err: fmt.Errorf("the plan has %d result files, and is printed for up to %d", files, maxPrinted),
			Hint: "--out FILE writes a plan of any size, in pieces, of which a task reads one",
		}
	}
	text, err := formatPlan(p)
	if err != nil {
		return err
	}
	return a.print(text)
}

// formatPlan returns a plan as indented JSON.
func formatPlan(p *plan.Plan) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // people read the keys
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return "", fmt.Errorf("write plan: %w", err)
	}
	return string(terminal.VisibleJSON(text.Bytes())), nil
}
