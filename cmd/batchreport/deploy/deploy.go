// Package deploy says what engines take to run the tasks of a plan on many machines: manifests
// for Kubernetes, a job definition and jobs of AWS Batch, a state machine of Step Functions, or
// a script for Slurm; and the IAM policies of their roles. It fills templates, which are the
// files beside it, and neither reads nor writes anything.
package deploy

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"text/template"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/shell"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert/plan"
	"batchreport/convert/storage/s3"
)

// templates are what engines take, one file for each.
//
//go:embed *.yaml *.sh *.json
var templates embed.FS

// The engines.
const (
	Kubernetes    = "kubernetes"
	AWSBatch      = "aws-batch"
	StepFunctions = "step-functions"
	Slurm         = "slurm"
)

// Settings say what is run, and how. Most are values of flags; what is empty is a placeholder
// in what is printed.
type Settings struct {
	Engine string // empty where a policy is asked for
	Policy string // the role whose IAM policy is asked for; empty where an engine is

	Plan    string // where the plan is; empty for none
	Sources []string
	Dest    string // with Sources in place of a plan; empty where there are none
	S3      s3.Options

	Name           string // of jobs and of the job definition
	Image          string
	Role           string
	ExecutionRole  string
	ServiceAccount string
	Queue          string
	Program        string
	Plans          string // the folder of a state machine's plans
	Claim, Mount   string // of a persistent volume
	CPUs           int
	Memory         int64 // bytes; 0 for what convert.TaskMemory says
	ArraySize      int   // 0 for one job a task
	Parallelism    int   // 0 for all
	Retries        int
	TimeLimit      time.Duration
	FailOn         []threshold.Rule
	RejectsOK      bool

	// HasFlag reports whether a command has a flag.
	HasFlag func(command, flag string) bool
}

// UsageError is what is wrong with the settings.
type UsageError struct {
	Err  error
	Hint string // what the user can do; empty where Err says it
}

// Error implements error.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *UsageError) Unwrap() error { return e.Err }

// Render returns what an engine takes, or the policy of a role, and the flags for which it has
// placeholders. p is the plan, or nil where there is none. What is wrong with the settings is a
// *UsageError.
func Render(s Settings, p *plan.Plan) (text string, missing []string, err error) {
	d, err := newDeployment(s, p)
	if err != nil {
		return "", nil, err
	}
	text, err = d.render()
	slices.Sort(d.missing)
	return text, slices.Compact(d.missing), err
}

// render returns what is printed.
func (d *deployment) render() (string, error) {
	if d.set.Policy != "" {
		return d.renderPolicy(), nil
	}
	files := map[string]string{Kubernetes: "kubernetes.yaml", AWSBatch: "aws-batch.sh", StepFunctions: "step-functions.json", Slurm: "slurm.sh"}
	if err := d.checkFargate(); err != nil {
		return "", err
	}
	t, err := template.New("").Funcs(template.FuncMap{"json": human.JSON, "sh": shell.Quoted, "shell": shell.Command, "states": statesArray}).
		ParseFS(templates, files[d.set.Engine])
	if err != nil {
		return "", fmt.Errorf("read template: %w", err)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, files[d.set.Engine], d); err != nil {
		return "", fmt.Errorf("fill template: %w", err)
	}
	return b.String(), nil
}
