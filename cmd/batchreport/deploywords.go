package main

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"batchreport/convert/storage"
)

// jobName accepts what all engines take for a name, with room for -commit behind it and
// for what they add themselves.
func jobName(to *string) func(string) error {
	pattern := regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)
	return func(text string) error {
		if !pattern.MatchString(text) {
			return errors.New("not a name of up to 40 small letters, digits and hyphens that begins with a letter")
		}
		*to = text
		return nil
	}
}

// volume accepts a claim, and the path at which it is mounted.
func volume(claim, mount *string) func(string) error {
	return func(text string) error {
		name, at, ok := strings.Cut(text, ":")
		if !ok || name == "" || !path.IsAbs(at) || path.Clean(at) == "/" || strings.Contains(at, ":") {
			return errors.New("not CLAIM:PATH, such as reports:/data")
		}
		*claim, *mount = name, path.Clean(at)
		return nil
	}
}

// statesArray returns, as JSON, an intrinsic function of the Amazon States Language that
// makes an array of words. What begins with a $ or is a function itself is computed.
func statesArray(words ...any) (string, error) {
	var args []string
	for _, word := range words {
		switch word := word.(type) {
		case string:
			args = append(args, word)
		case []string:
			args = append(args, word...)
		}
	}
	for i, arg := range args {
		if !strings.HasPrefix(arg, "$.") && !strings.HasPrefix(arg, "States.") {
			args[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, `{`, `\{`, `}`, `\}`).Replace(arg) + "'"
		}
	}
	return jsonText("States.Array(" + strings.Join(args, ", ") + ")")
}

// checkPlans checks the folder of a state machine's plans. What an intrinsic function of
// the Amazon States Language would not take as it is, is not taken here either.
func checkPlans(folder string) error {
	if !regexp.MustCompile(`^s3://[a-z0-9.-]+(/[A-Za-z0-9!_.*()=-]+)*/?$`).MatchString(folder) {
		return errors.New("--plans: not a folder such as s3://my-bucket/plans, of letters, digits and !_.*()=- only")
	}
	return nil
}

// PlansBucket is the bucket of a state machine's plans.
func (d *deployment) PlansBucket() string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(d.or(d.plans, "plans", "bucket of plans"), "s3://"), "/")
	return bucket
}

// PlansPrefix is the folder of a state machine's plans in their bucket: it is empty or
// ends in a slash.
func (d *deployment) PlansPrefix() string {
	_, prefix, _ := strings.Cut(strings.TrimPrefix(d.plans, "s3://"), "/")
	if prefix = strings.TrimSuffix(prefix, "/"); prefix == "" {
		return ""
	}
	return prefix + "/"
}

// reach reports why the engine cannot reach what one of these names says.
func (d *deployment) reach(what string, names ...string) error {
	for _, name := range names {
		hint := ""
		switch {
		case storage.IsS3(name):
			continue
		case d.policy != "":
			continue // it is no business of IAM
		case d.engine == slurm && path.IsAbs(name):
			continue
		case d.engine == slurm:
			hint = "jobs run in other folders: make the plan with paths that begin with /, on a file system that all nodes have"
		case d.engine == kubernetes && d.Claim == "":
			hint = "put it at s3://, or name the persistent volume that has it: --volume CLAIM:PATH, where PATH begins as the names in the plan do"
		case d.engine == kubernetes && strings.HasPrefix(name, d.Mount+"/"):
			continue
		case d.engine == kubernetes:
			hint = "the volume is mounted at " + d.Mount + ": make the plan with names below it"
		default:
			hint = "jobs of AWS Batch find only what is at s3://"
		}
		return &usageError{command: "deploy", err: fmt.Errorf("%s: %s is a local path, which %s cannot reach", what, storage.Shown(name), d.engine), hint: hint}
	}
	return nil
}

// fargateSizes are the sizes of memory in MiB that Fargate has for a number of vCPUs:
// the least, the most, and the step.
// https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
func fargateSizes() map[int][3]int64 {
	return map[int][3]int64{1: {2048, 8192, 1024}, 2: {4096, 16384, 1024}, 4: {8192, 30720, 1024}, 8: {16384, 61440, 4096}, 16: {32768, 122880, 8192}}
}

// checkFargate reports why Fargate has no machine of that size.
func (d *deployment) checkFargate() error {
	if d.engine != awsBatch {
		return nil
	}
	size, ok := fargateSizes()[d.CPUs]
	switch {
	case !ok:
		return &usageError{command: "deploy", err: fmt.Errorf("--cpus: Fargate has 1, 2, 4, 8 or 16 vCPUs, not %d", d.CPUs)}
	case d.MemoryMiB() > size[1]:
		return &usageError{command: "deploy", err: fmt.Errorf("--memory: Fargate has up to %d MiB for %d vCPUs", size[1], d.CPUs)}
	}
	return nil
}

// fargateMemory returns the least memory of Fargate that is no smaller.
func fargateMemory(cpus int, mib int64) int64 {
	size, ok := fargateSizes()[cpus]
	if !ok || mib <= size[0] {
		return size[0]
	}
	return (mib + size[2] - 1) / size[2] * size[2]
}
