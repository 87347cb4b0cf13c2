package deploy

import (
	"fmt"
	"path"
	"strings"

	"batchreport/convert/storage"
)

// reach reports why the engine cannot reach what one of these names says.
func (d *deployment) reach(what string, names ...string) error {
	for _, name := range names {
		hint := ""
		switch {
		case storage.IsS3(name):
			continue
		case d.set.Policy != "":
			continue // it is no business of IAM
		case d.set.Engine == Slurm && path.IsAbs(name):
			continue
		case d.set.Engine == Slurm:
			hint = "jobs run in other folders: make the plan with paths that begin with /, on a file system that all nodes have"
		case d.set.Engine == Kubernetes && d.set.Claim == "":
			hint = "put it at s3://, or name the persistent volume that has it: --volume CLAIM:PATH, where PATH begins as the names in the plan do"
		case d.set.Engine == Kubernetes && strings.HasPrefix(name, d.set.Mount+"/"):
			continue
		case d.set.Engine == Kubernetes:
			hint = "the volume is mounted at " + d.set.Mount + ": make the plan with names below it"
		default:
			hint = "jobs of AWS Batch find only what is at s3://"
		}
		return &UsageError{Err: fmt.Errorf("%s: %s is a local path, which %s cannot reach", what, storage.Shown(name), d.set.Engine), Hint: hint}
	}
	return nil
}
