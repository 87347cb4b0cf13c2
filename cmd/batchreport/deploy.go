package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/deploy"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/internal/values"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
)

const deployHelp = `Usage: batchreport deploy --engine ENGINE --plan FILE [flags]
       batchreport deploy --engine step-functions [flags] [SOURCE DEST]
       batchreport deploy --policy ROLE [flags] [--plan FILE | SOURCE... DEST]

Prints what an engine takes to run a plan, and changes nothing: manifests for
kubectl, or a script of sbatch or of the AWS command line; each says in comments
how it is applied. Where a flag is not given, a placeholder says what goes there.
The state machine for Step Functions plans by itself, for the SOURCE and DEST of
its input; SOURCE and DEST here are what it takes where the input has none. It
needs a job definition: without --plan, aws-batch prints that alone.

--policy prints the IAM policy of a role: what jobs do on S3 (jobs), or what the
state machine does (state-machine).

`

// deployCommand is the command deploy, with its command line.
type deployCommand struct {
	planned
	deploy.Settings
}

// bind implements command.
func (c *deployCommand) bind(flags *commandFlags) {
	c.Settings = deploy.Settings{Name: "batchreport", Program: "batchreport", CPUs: 2, Retries: 3, TimeLimit: 2 * time.Hour}
	flags.group("Deploy", func(f *pflag.FlagSet) {
		f.Func("engine", "`ENGINE`: kubernetes, aws-batch, step-functions or slurm (needed but for --policy)", values.OneOf(&c.Engine, deploy.Kubernetes, deploy.AWSBatch, deploy.StepFunctions, deploy.Slurm))
		f.StringVar(&c.plan, "plan", "", "`FILE` that plan has written: a path or an s3:// address at which jobs find it too (needed but for step-functions)")
		f.Func("policy", "print the IAM policy of a `ROLE` instead: jobs or state-machine (default none)", values.OneOf(&c.Policy, deploy.JobsPolicy, deploy.MachinePolicy))
		f.Func("name", "`NAME` of jobs and of the job definition, of small letters, digits and hyphens (default batchreport)", deploy.JobName(&c.Name))
		f.StringVar(&c.Image, "image", "", "`IMAGE` with the program, in a registry that the engine pulls from; make image makes it (default a placeholder; not of slurm)")
		f.StringVar(&c.Program, "program", c.Program, "`PATH` of the program on all nodes; of slurm (default batchreport)")
		f.StringVar(&c.Role, "role", "", "`ARN` of the role of jobs; of aws-batch (default a placeholder)")
		f.StringVar(&c.ExecutionRole, "execution-role", "", "`ARN` of the role by which images are pulled and logs written; of aws-batch (default a placeholder)")
		f.StringVar(&c.ServiceAccount, "service-account", "", "`NAME` of the service account whose role pods have; of kubernetes (default a placeholder)")
		f.StringVar(&c.Queue, "queue", "", "job `QUEUE` of AWS Batch (default a placeholder), or partition of Slurm (default Slurm's)")
		f.StringVar(&c.Plans, "plans", "", "`FOLDER` at s3:// where the state machine keeps its plans, one for each execution (default a placeholder)")
		f.Func("volume", "`CLAIM:PATH` of a persistent volume, and where it is mounted, for files that are not on S3; of kubernetes (default none)", deploy.Volume(&c.Claim, &c.Mount))
	})
	flags.group("Sizes", func(f *pflag.FlagSet) {
		f.Func("cpus", "`NUMBER` of cores of a task (default 2)", values.Count(&c.CPUs))
		f.Func("memory", "`SIZE` of the memory of a task (default by the formula in the documentation of package convert)", values.Size(&c.Memory))
		f.Func("array-size", "`NUMBER` of jobs that share the tasks (default one a task, as far as the engine takes so many: 100,000 of Kubernetes, 10,000 of AWS Batch, 1,000 of Slurm)", values.Count(&c.ArraySize))
		f.Func("parallelism", "`NUMBER` of jobs that run at once; of kubernetes and slurm (default all, and at most 100)", values.Count(&c.Parallelism))
		f.Func("retries", "`NUMBER` of times that a job which failed is run again, 1 to 9 (default 3)", values.UpTo(9, &c.Retries))
		f.Func("time-limit", "`TIME` that a job may take, such as 90m or 12h (default 2h)", values.Age(&c.TimeLimit))
	})
	flags.group("Commit", func(f *pflag.FlagSet) {
		bindFailOn(f, &c.FailOn)
		f.BoolVar(&c.RejectsOK, "rejects-ok", false, "the commit exits 0 though rows were rejected")
	})
	flags.s3Table(&c.s3)
	flags.messages(&c.log, nil)
}

// deployFlags are the flags of some engines only, and their engines. What --policy goes
// by beside --plan is in the last column.
func deployFlags() map[string][]string {
	return map[string][]string{
		"plan":            {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm, deploy.JobsPolicy},
		"image":           {deploy.Kubernetes, deploy.AWSBatch},
		"program":         {deploy.Slurm},
		"role":            {deploy.AWSBatch},
		"execution-role":  {deploy.AWSBatch},
		"service-account": {deploy.Kubernetes},
		"queue":           {deploy.AWSBatch, deploy.Slurm, deploy.StepFunctions, deploy.MachinePolicy},
		"plans":           {deploy.StepFunctions, deploy.JobsPolicy, deploy.MachinePolicy},
		"volume":          {deploy.Kubernetes},
		"cpus":            {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm, deploy.StepFunctions},
		"memory":          {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm},
		"array-size":      {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm},
		"parallelism":     {deploy.Kubernetes, deploy.Slurm},
		"retries":         {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm},
		"time-limit":      {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm},
		"fail-on":         {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm, deploy.StepFunctions},
		"rejects-ok":      {deploy.Kubernetes, deploy.AWSBatch, deploy.Slurm, deploy.StepFunctions},
	}
}

// check implements command.
func (c *deployCommand) check(line commandLine) error {
	target := c.Engine
	if c.Policy != "" {
		target = c.Policy
	}
	if target == "" {
		return errors.New("--engine is needed: kubernetes, aws-batch, step-functions or slurm")
	}
	errs := []error{checkS3(c.s3)}
	flags := deployFlags()
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if line.changed(name) && !slices.Contains(flags[name], target) {
			errs = append(errs, fmt.Errorf("--%s: %s has no use for it", name, target))
		}
	}
	if c.plan != "" {
		var err error
		c.plan, err = storage.ParseAddress("--plan", c.plan)
		errs = append(errs, err)
	}
	switch {
	case c.plan == storage.Stdio:
		errs = append(errs, errors.New("--plan: what runs the tasks has to find the plan, so standard input is none"))
	case len(line.args) > 0 && target != deploy.StepFunctions && target != deploy.JobsPolicy:
		errs = append(errs, fmt.Errorf("unexpected argument %q: the plan says what is read and written", line.args[0]))
	case len(line.args) > 0 && c.plan != "":
		errs = append(errs, errors.New("--plan says what is read and written, so there is no SOURCE and DEST beside it"))
	case len(line.args) > 0:
		var err error
		c.Sources, c.Dest, err = splitNames(line.args)
		errs = append(errs, err)
	case c.plan == "" && (target == deploy.Kubernetes || target == deploy.Slurm):
		errs = append(errs, errors.New("--plan is needed"))
	case c.plan == "" && target == deploy.JobsPolicy:
		errs = append(errs, errors.New("--plan is needed, or SOURCE and DEST"))
	}
	if target == deploy.StepFunctions && len(c.Sources) > 1 {
		errs = append(errs, errors.New("a state machine takes one SOURCE: a folder of several reports is one too"))
	}
	if c.Plans != "" {
		errs = append(errs, deploy.CheckPlans(c.Plans))
	}
	for _, text := range []string{c.plan, c.Image, c.Program, c.Role, c.ExecutionRole, c.ServiceAccount, c.Queue, c.Claim, c.Mount} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			errs = append(errs, fmt.Errorf("%q has a control character, which no engine takes", text))
		}
	}
	return errors.Join(errs...)
}

// run implements command.
func (c *deployCommand) run(ctx context.Context, a *app, store storage.Store) error {
	s := c.Settings
	s.Plan, s.S3, s.HasFlag = c.plan, c.s3, hasFlag
	var p *plan.Plan
	if c.plan != "" {
		var err error
		if p, err = c.readPlan(ctx, a, store); err != nil {
			return err
		}
	}
	text, missing, err := deploy.Render(s, p)
	if wrong := (*deploy.UsageError)(nil); errors.As(err, &wrong) {
		return &fault.Usage{Command: "deploy", Err: wrong, Hint: wrong.Hint}
	}
	if err != nil {
		return err
	}
	if err := a.print(text); err != nil {
		return err
	}
	if len(missing) > 0 {
		a.log.Warn("what stands in < > is to be filled in; flags do so: " + strings.Join(missing, ", "))
	}
	return nil
}
