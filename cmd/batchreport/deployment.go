package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"batchreport/convert"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// deployTemplates are what engines take, one file for each.
//
//go:embed deploy/*
var deployTemplates embed.FS

// deployment is what the templates are filled with.
type deployment struct {
	*deployCommand
	spec    table.Spec // of the plan
	paths   []string   // that the jobs read and write
	missing []string   // flags for which placeholders stand

	Tasks         int // of the plan
	Size, MaxSize int // of the array
}

// newDeployment returns a deployment without a plan.
func newDeployment(c *deployCommand) *deployment {
	sizes := map[string]int{kubernetes: 100_000, awsBatch: 10_000, slurm: 1000}
	d := &deployment{deployCommand: c, MaxSize: sizes[c.engine]}
	if c.dest != "" {
		d.paths = append([]string{c.dest}, c.sources...)
	}
	return d
}

// usePlan makes the deployment one of a plan. It fails where the engine cannot reach
// what the plan names.
func (d *deployment) usePlan(p *plan.Plan) error {
	if err := d.reach("--plan", d.plan); err != nil {
		return err
	}
	if err := d.reach("DEST", p.Dest); err != nil {
		return err
	}
	d.paths = []string{p.Dest}
	for i := range p.Jobs {
		for _, f := range p.Jobs[i].Job.Files {
			if err := d.reach("SOURCE", f.Name); err != nil {
				return err
			}
			d.paths = append(d.paths, f.Name)
		}
	}
	d.dest, d.spec, d.Tasks = p.Dest, p.Options, p.Tasks()
	least := 1
	if d.engine == awsBatch {
		least = 2
	}
	d.Size = d.arraySize
	if d.Size == 0 {
		d.Size = max(least, min(d.Tasks, d.MaxSize))
	}
	if d.Size < least || d.engine != slurm && d.Size > d.MaxSize && d.MaxSize > 0 {
		return &usageError{command: "deploy", err: fmt.Errorf("--array-size: %s takes %d to %d jobs", d.engine, least, d.MaxSize)}
	}
	return nil
}

// render returns what the engine takes.
func (d *deployment) render() (string, error) {
	files := map[string]string{kubernetes: "kubernetes.yaml", awsBatch: "aws-batch.sh", stepFunctions: "step-functions.json", slurm: "slurm.sh"}
	if err := d.checkFargate(); err != nil {
		return "", err
	}
	t, err := template.New("").Funcs(template.FuncMap{"json": jsonText, "sh": shellQuoted, "shell": shellWords, "states": statesArray}).
		ParseFS(deployTemplates, "deploy/"+files[d.engine])
	if err != nil {
		return "", fmt.Errorf("read template: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, files[d.engine], d); err != nil {
		return "", fmt.Errorf("fill template: %w", err)
	}
	return b.String(), nil
}

// or returns the value of a flag or, where it was not given, a placeholder.
func (d *deployment) or(value, flag, what string) string {
	if value != "" {
		return value
	}
	d.missing = append(d.missing, "--"+flag)
	return "<" + what + ">"
}

// The values that the templates show.

func (d *deployment) Plan() string   { return d.plan }
func (d *deployment) Source() string { return strings.Join(d.sources, "") }
func (d *deployment) Dest() string   { return d.dest }
func (d *deployment) Attempts() int  { return d.Retries + 1 }
func (d *deployment) Last() int      { return d.Size - 1 }

// Seconds is how long a job may take; AWS Batch takes no less than a minute.
func (d *deployment) Seconds() int64 { return max(60, int64(d.timeLimit.Seconds())) }

// Minutes is Seconds in minutes.
func (d *deployment) Minutes() int64 { return (d.Seconds() + 59) / 60 }

func (d *deployment) Image() string {
	return d.or(d.image, "image", "image of batchreport in a registry")
}

func (d *deployment) Role() string { return d.or(d.role, "role", "ARN of the role of jobs") }

func (d *deployment) ExecutionRole() string {
	return d.or(d.executionRole, "execution-role", "ARN of the role by which ECS pulls the image and writes logs")
}

func (d *deployment) ServiceAccount() string {
	return d.or(d.serviceAccount, "service-account", "name of the service account that has the role of jobs")
}

func (d *deployment) Queue() string {
	if d.engine == slurm {
		return d.queue
	}
	return d.or(d.queue, "queue", "job queue of AWS Batch")
}

// Parallelism is how many jobs of the array run at once.
func (d *deployment) Parallelism() int {
	const most = 100
	if d.parallelism > 0 {
		return min(d.parallelism, d.Size)
	}
	return min(most, d.Size)
}

// TaskArgs are the arguments by which a job runs its share of the tasks.
func (d *deployment) TaskArgs() []string {
	return d.literal(append([]string{"task", "--json", "--plan", d.plan, "--of", fmt.Sprint(d.Size)}, d.TaskFlags()...))
}

// literal returns arguments that the engine is to take as they are: Kubernetes puts the
// value of a variable for $(NAME).
func (d *deployment) literal(args []string) []string {
	if d.engine == kubernetes {
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "$(", "$$(")
		}
	}
	return args
}

// TaskFlags are the flags of task beside those that say which tasks.
func (d *deployment) TaskFlags() []string {
	return append([]string{"--workers", fmt.Sprint(d.CPUs)}, d.s3Flags("task")...)
}

// CommitArgs are the arguments by which a job commits the table.
func (d *deployment) CommitArgs() []string {
	args := []string{"commit", "--json", "--plan", d.plan}
	if d.engine == kubernetes {
		args = append(args, "--wait", "7d")
	}
	return d.literal(append(args, d.CommitFlags()...))
}

// CommitFlags are the flags of commit beside those that say of what.
func (d *deployment) CommitFlags() []string {
	var flags []string
	for _, t := range d.failOn {
		flags = append(flags, "--fail-on", t.rule)
	}
	if d.rejectsOK {
		flags = append(flags, "--rejects-ok")
	}
	return append(flags, d.s3Flags("commit")...)
}

// PlanFlags are the flags of plan beside those that say of what, and where it goes.
func (d *deployment) PlanFlags() []string { return d.s3Flags("plan") }

// s3Flags returns the flags of S3 that were given here and that a command has. The
// profile is that of this machine, and none of the engine's.
func (d *deployment) s3Flags(command string) []string {
	e, err := findCommand(command)
	if err != nil {
		return nil
	}
	has := newCommandFlags(command, e.create()).all
	var flags []string
	text := func(name, value string) {
		if value != "" && has.Lookup(name) != nil {
			flags = append(flags, "--"+name, value)
		}
	}
	boolean := func(name string, value bool) {
		if value && has.Lookup(name) != nil {
			flags = append(flags, "--"+name)
		}
	}
	o := d.s3
	text("region", o.Region)
	text("endpoint-url", o.EndpointURL)
	boolean("path-style", o.PathStyle)
	boolean("no-sign-request", o.NoSignRequest)
	boolean("requester-pays", o.RequesterPays)
	text("expected-bucket-owner", o.ExpectedBucketOwner)
	if o.ReadAhead != 0 {
		text("read-ahead", fmt.Sprint(o.ReadAhead))
	}
	text("sse", o.SSE)
	text("sse-kms-key-id", o.SSEKMSKeyID)
	text("storage-class", o.StorageClass)
	boolean("no-lock", o.NoLock)
	return flags
}

// MemoryMiB is how much memory a task gets.
func (d *deployment) MemoryMiB() int64 {
	const step = 64 << 20
	bytes := d.memory
	if bytes == 0 {
		bytes = convert.TaskMemory(d.spec, d.CPUs, d.onS3())
		bytes = (bytes + step - 1) / step * step
	}
	mib := (bytes + 1<<20 - 1) >> 20
	if d.engine == awsBatch {
		return fargateMemory(d.CPUs, mib)
	}
	return mib
}

// CommitMiB is how much memory the commit gets, which is enough for 10,000 tasks.
func (d *deployment) CommitMiB() int64 { return 512 }

// onS3 reports whether anything lies on S3.
func (d *deployment) onS3() bool {
	for _, path := range d.paths {
		if storage.IsS3(path) {
			return true
		}
	}
	return len(d.paths) == 0
}

// jsonText returns a value as JSON, in which <, > and & stand as they are.
func jsonText(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}
