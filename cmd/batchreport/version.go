package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"batchreport/convert/storage"
)

// firstRelease is the version before any release has a tag, and of a binary that git has said
// nothing about, as those of go test.
const firstRelease = "0.1.0"

// build is what a binary says of its making. Go takes it from git.
type build struct {
	version string // X.Y.Z, or a pseudo-version where the commit has no tag
	commit  string // in full; empty where it is not known
	changed bool   // whether files differed from the commit
	date    string // of the commit, in RFC 3339; empty where it is not known
}

// thisBuild returns what this binary says of its making.
func thisBuild() build {
	if info, ok := debug.ReadBuildInfo(); ok {
		return buildOf(info)
	}
	return build{version: firstRelease}
}

// buildOf returns what Go's words on a binary come to.
func buildOf(info *debug.BuildInfo) build {
	b := build{version: firstRelease}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.modified":
			b.changed = s.Value == "true"
		case "vcs.time":
			b.date = s.Value
		}
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(info.Main.Version, "v"), "+") // what follows + is that files differed
	if untagged, ok := strings.CutPrefix(version, "0.0.0-"); ok {
		b.version += "-0." + untagged
	} else if version != "" && version != "(devel)" {
		b.version = version
	}
	return b
}

// String returns "X.Y.Z (build …)", the form that readers of Parquet files parse after
// "batchreport version". The build is the commit, devel where that is not known.
func (b build) String() string {
	commit, changed := "devel", ""
	if len(b.commit) >= 12 {
		commit = b.commit[:12]
	}
	if b.changed {
		changed = "-modified"
	}
	return b.version + " (build " + commit + changed + ")"
}

// versionAndBuild returns the version by which tables and plans know this program.
func versionAndBuild() string { return thisBuild().String() }

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
	b := thisBuild()
	return a.printResult(versionResult{newHeader("version", ""), b.version, b.commit, b.changed, b.date, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
}

// versionResult is the result of version.
type versionResult struct {
	header
	Release  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Changed  bool   `json:"changed,omitempty"`
	Date     string `json:"date,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// lines implements result.
func (r versionResult) lines() []string {
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
