package main

import "runtime/debug"

// version is the release, X.Y.Z.
const version = "0.1.0"

// versionAndBuild returns "X.Y.Z (build …)", the form that readers of Parquet
// files parse after "batchreport version". The build is the commit the binary
// was made of, devel where that is not known.
func versionAndBuild() string {
	revision, modified := "devel", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				revision = s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = "-modified"
			}
		}
	}
	return version + " (build " + revision + modified + ")"
}
