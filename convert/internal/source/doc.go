// Package source finds the jobs that a user names: by a manifest, a folder of jobs, result
// files or a pattern, in any store.
//
// [Finder.Find] is where to begin. The file source.go resolves the names, by folder.go and
// pattern.go; job.go and manifest.go read a manifest, by the sum that md5sum.go finds beside
// it, and find the files that it lists, those of a large one by listed.go; bare.go makes a
// job of files without a manifest; names.go tells whether two names are one file.
package source
