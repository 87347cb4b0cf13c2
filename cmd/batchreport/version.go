package main

import (
	"context"
	"fmt"
	"runtime"

	"batchreport/cmd/batchreport/internal/build"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/convert/storage"
)

// versionAndBuild returns the version by which tables and plans know this program.
func versionAndBuild() string { return build.This().String() }

const versionHelp = `Usage: batchreport version [flags]

Prints the version, the commit that the program was built of, its date, and what it
was built by and for. A program of a commit without a tag has a pseudo-version, as
Go forms them.

`

// versionCommand is the command version, with its command line.
type versionCommand struct{ common }

// bind implements command.
func (c *versionCommand) bind(flags *commandFlags) { flags.messages(&c.log, &c.asJSON) }

// check implements command.
func (c *versionCommand) check(line commandLine) error {
	if len(line.args) > 0 {
		return fmt.Errorf("unexpected argument %q", line.args[0])
	}
	return nil
}

// run implements command.
func (c *versionCommand) run(_ context.Context, a *app, _ storage.Store) error {
	b := build.This()
	return a.printResult(versionResult{result.NewHeader("version", ""), b.Version, b.Commit, b.Changed, b.Date, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
}

// versionResult is the result of version.
type versionResult struct {
	result.Header
	Release  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Changed  bool   `json:"changed,omitempty"`
	Date     string `json:"date,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Lines implements result.Result.
func (r versionResult) Lines() []string {
	lines := []string{r.Program + "\n"}
	if r.Commit != "" {
		changed := ""
		if r.Changed {
			changed = ", with changes"
		}
		lines = append(lines, "commit "+r.Commit+" of "+r.Date+changed+"\n")
	}
	return append(lines, r.Go+" "+r.Platform+"\n")
}
