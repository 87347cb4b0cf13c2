package s3

import (
	"strings"

	"batchreport/convert/storage"
)

// skipping is what a shallow listing knows of the names that it was given. What is behind a
// folder can be asked for only of a store that lists in byte order, as S3 does. A store of
// which two pages are in that order is taken for one.
//
// A store that does not know StartAfter begins with the first name again. Then nothing is
// skipped any more, and what was listed before is left out.
type skipping struct {
	folder    string
	depth     int
	unordered bool
	pages     int
	last      string          // the name before
	inside    string          // the folder that is too deep and has the name before; empty if there is none
	listed    map[string]bool // names that were not left out
}

// newSkipping returns what is known of a listing before its first page.
func newSkipping(folder string, depth int) *skipping {
	bucket, _, _ := split(folder)
	return &skipping{folder: folder, depth: depth, unordered: isDirectoryBucket(bucket), listed: map[string]bool{}}
}

// leavesOut reports whether a name is not to be listed, or was listed before.
func (k *skipping) leavesOut(name string) bool {
	if name <= k.last {
		k.unordered = true
	}
	k.last = name
	k.inside = storage.DeepFolder(name, k.folder, k.depth)
	if k.inside != "" || k.listed[name] {
		return true
	}
	k.listed[name] = true
	return false
}

// endPage ends a page. It returns the name that the next page is to start after, which is
// the last that the folder can have in which this one ends; empty if it is to follow this one.
func (k *skipping) endPage() string {
	k.pages++
	if k.pages < 2 || k.unordered || k.inside == "" {
		return ""
	}
	k.last = k.inside + "\U0010FFFF"
	return k.last
}

// isDirectoryBucket reports whether a bucket is one of S3 Express One Zone, or an access
// point of one, by its name: these list in an order of their own. See "Directory bucket
// naming rules" and "Access points for directory buckets" in the documentation of S3.
func isDirectoryBucket(name string) bool {
	return strings.HasSuffix(name, "--x-s3") || strings.HasSuffix(name, "--xa-s3")
}
