// Package build says of what the program was built.
package build

import (
	"runtime/debug"
	"strings"
)

// firstRelease is the version before any release has a tag, and of a binary that git has said
// nothing about, as those of go test.
const firstRelease = "0.1.0"

// Info is what a binary says of its making. Go takes it from git.
type Info struct {
	Version string // X.Y.Z, or a pseudo-version where the commit has no tag
	Commit  string // in full; empty where it is not known
	Changed bool   // whether files differed from the commit
	Date    string // of the commit, in RFC 3339; empty where it is not known
}

// This returns what this binary says of its making.
func This() Info {
	if info, ok := debug.ReadBuildInfo(); ok {
		return infoOf(info)
	}
	return Info{Version: firstRelease}
}

// infoOf returns what Go's words on a binary come to.
func infoOf(info *debug.BuildInfo) Info {
	b := Info{Version: firstRelease}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Changed = s.Value == "true"
		case "vcs.time":
			b.Date = s.Value
		}
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(info.Main.Version, "v"), "+") // what follows + is that files differed
	if untagged, ok := strings.CutPrefix(version, "0.0.0-"); ok {
		b.Version += "-0." + untagged
	} else if version != "" && version != "(devel)" {
		b.Version = version
	}
	return b
}

// String returns "X.Y.Z (build …)", the form that readers of Parquet files parse after
// "batchreport version". The build is the commit, devel where that is not known.
func (b Info) String() string {
	commit, changed := "devel", ""
	if len(b.Commit) >= 12 {
		commit = b.Commit[:12]
	}
	if b.Changed {
		changed = "-modified"
	}
	return b.Version + " (build " + commit + changed + ")"
}
