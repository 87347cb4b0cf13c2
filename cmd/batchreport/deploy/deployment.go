package deploy

import (
	"fmt"
	"strings"

	"batchreport/convert"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// deployment is what the templates are filled with.
type deployment struct {
	set     Settings
	spec    table.Spec // of the plan
	paths   []string   // that the jobs read and write
	missing []string   // flags for which placeholders stand

	Tasks         int // of the plan
	Size, MaxSize int // of the array
}

// newDeployment returns the deployment of a plan, or of what the settings name where there is
// none. It fails where the engine cannot reach what is named.
func newDeployment(s Settings, p *plan.Plan) (*deployment, error) {
	sizes := map[string]int{Kubernetes: 100_000, AWSBatch: 10_000, Slurm: 1000}
	d := &deployment{set: s, MaxSize: sizes[s.Engine]}
	if p != nil {
		return d, d.usePlan(p)
	}
	if s.Dest == "" {
		return d, nil
	}
	d.paths = append([]string{s.Dest}, s.Sources...)
	if err := d.reach("SOURCE", s.Sources...); err != nil {
		return nil, err
	}
	return d, d.reach("DEST", s.Dest)
}

// usePlan makes the deployment one of a plan.
func (d *deployment) usePlan(p *plan.Plan) error {
	if err := d.reach("--plan", d.set.Plan); err != nil {
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
	d.set.Dest, d.spec, d.Tasks = p.Dest, p.Options, p.Tasks()
	least := 1
	if d.set.Engine == AWSBatch {
		least = 2
	}
	d.Size = d.set.ArraySize
	if d.Size == 0 {
		d.Size = max(least, min(d.Tasks, d.MaxSize))
	}
	if d.Size < least || d.set.Engine != Slurm && d.Size > d.MaxSize && d.MaxSize > 0 {
		return &UsageError{Err: fmt.Errorf("--array-size: %s takes %d to %d jobs", d.set.Engine, least, d.MaxSize)}
	}
	return nil
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

func (d *deployment) Name() string    { return d.set.Name }
func (d *deployment) Program() string { return d.set.Program }
func (d *deployment) Plan() string    { return d.set.Plan }
func (d *deployment) Source() string  { return strings.Join(d.set.Sources, "") }
func (d *deployment) Dest() string    { return d.set.Dest }
func (d *deployment) Claim() string   { return d.set.Claim }
func (d *deployment) Mount() string   { return d.set.Mount }
func (d *deployment) CPUs() int       { return d.set.CPUs }
func (d *deployment) Retries() int    { return d.set.Retries }
func (d *deployment) Attempts() int   { return d.set.Retries + 1 }
func (d *deployment) Last() int       { return d.Size - 1 }

// Seconds is how long a job may take; AWS Batch takes no less than a minute.
func (d *deployment) Seconds() int64 { return max(60, int64(d.set.TimeLimit.Seconds())) }

// Minutes is Seconds in minutes.
func (d *deployment) Minutes() int64 { return (d.Seconds() + 59) / 60 }

func (d *deployment) Image() string {
	return d.or(d.set.Image, "image", "image of batchreport in a registry")
}

func (d *deployment) Role() string { return d.or(d.set.Role, "role", "ARN of the role of jobs") }

func (d *deployment) ExecutionRole() string {
	return d.or(d.set.ExecutionRole, "execution-role", "ARN of the role by which ECS pulls the image and writes logs")
}

func (d *deployment) ServiceAccount() string {
	return d.or(d.set.ServiceAccount, "service-account", "name of the service account that has the role of jobs")
}

func (d *deployment) Queue() string {
	if d.set.Engine == Slurm {
		return d.set.Queue
	}
	return d.or(d.set.Queue, "queue", "job queue of AWS Batch")
}

// PlansBucket is the bucket of a state machine's plans.
func (d *deployment) PlansBucket() string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(d.or(d.set.Plans, "plans", "bucket of plans"), "s3://"), "/")
	return bucket
}

// PlansPrefix is the folder of a state machine's plans in their bucket: it is empty or
// ends in a slash.
func (d *deployment) PlansPrefix() string {
	_, prefix, _ := strings.Cut(strings.TrimPrefix(d.set.Plans, "s3://"), "/")
	if prefix = strings.TrimSuffix(prefix, "/"); prefix == "" {
		return ""
	}
	return prefix + "/"
}

// Parallelism is how many jobs of the array run at once.
func (d *deployment) Parallelism() int {
	const most = 100
	if d.set.Parallelism > 0 {
		return min(d.set.Parallelism, d.Size)
	}
	return min(most, d.Size)
}

// TaskArgs are the arguments by which a job runs its share of the tasks.
func (d *deployment) TaskArgs() []string {
	return d.literal(append([]string{"task", "--json", "--plan", d.set.Plan, "--of", fmt.Sprint(d.Size)}, d.TaskFlags()...))
}

// literal returns arguments that the engine is to take as they are: Kubernetes puts the
// value of a variable for $(NAME).
func (d *deployment) literal(args []string) []string {
	if d.set.Engine == Kubernetes {
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "$(", "$$(")
		}
	}
	return args
}

// TaskFlags are the flags of task beside those that say which tasks.
func (d *deployment) TaskFlags() []string {
	return append([]string{"--workers", fmt.Sprint(d.set.CPUs)}, d.s3Flags("task")...)
}

// CommitArgs are the arguments by which a job commits the table.
func (d *deployment) CommitArgs() []string {
	args := []string{"commit", "--json", "--plan", d.set.Plan}
	if d.set.Engine == Kubernetes {
		args = append(args, "--wait", "7d")
	}
	return d.literal(append(args, d.CommitFlags()...))
}

// CommitFlags are the flags of commit beside those that say of what.
func (d *deployment) CommitFlags() []string {
	var flags []string
	for _, t := range d.set.FailOn {
		flags = append(flags, "--fail-on", t.Text)
	}
	if d.set.RejectsOK {
		flags = append(flags, "--rejects-ok")
	}
	return append(flags, d.s3Flags("commit")...)
}

// PlanFlags are the flags of plan beside those that say of what, and where it goes.
func (d *deployment) PlanFlags() []string { return d.s3Flags("plan") }

// s3Flags returns the flags of S3 that were given here and that a command has. The
// profile is that of this machine, and none of the engine's.
func (d *deployment) s3Flags(command string) []string {
	var flags []string
	text := func(name, value string) {
		if value != "" && d.set.HasFlag(command, name) {
			flags = append(flags, "--"+name, value)
		}
	}
	boolean := func(name string, value bool) {
		if value && d.set.HasFlag(command, name) {
			flags = append(flags, "--"+name)
		}
	}
	o := d.set.S3
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
	bytes := d.set.Memory
	if bytes == 0 {
		bytes = convert.TaskMemory(d.spec, d.set.CPUs, d.onS3())
		bytes = (bytes + step - 1) / step * step
	}
	mib := (bytes + 1<<20 - 1) >> 20
	if d.set.Engine == AWSBatch {
		return fargateMemory(d.set.CPUs, mib)
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
