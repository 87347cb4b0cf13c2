package overview

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/page"
	"batchreport/convert/groups"
)

// How many buckets, folders of each, and folders of each of those are on a page.
var mostPlaces = [...]int{10, 6, 4}

// spot is a bucket or a folder, with the rows that failed there.
type spot struct {
	name  string
	rows  int64
	below map[string]*spot
}

// in returns the place of that name below.
func (p *spot) in(name string) *spot {
	if p.below[name] == nil {
		p.below[name] = &spot{name: name, below: map[string]*spot{}}
	}
	return p.below[name]
}

// pagePlaces returns where rows failed: the buckets, the first folder of the keys in each,
// and the second.
func pagePlaces(folders, subfolders *groups.Grouping, failed int64) []page.Place {
	root := &spot{below: map[string]*spot{}}
	for _, g := range folders.Groups {
		bucket := root.in(deref(g.Values[0]))
		bucket.rows += g.Rows
		bucket.in(deref(g.Values[1])).rows += g.Rows
	}
	for _, g := range subfolders.Groups {
		key := deref(g.Values[1])
		folder := key[:strings.IndexByte(key, '/')+1]
		// A folder that there was no room for, and so what is below it, is among the others.
		if p := root.in(deref(g.Values[0])).below[folder]; p != nil && folder != "" {
			p.in(key).rows += g.Rows
		}
	}
	lines := root.lines(0, failed)
	if folders.Others > 0 {
		others := "at most " + human.Plural(folders.Others, "other folder") + ", not counted one by one"
		lines = append(lines, page.Place{Rows: folders.OtherRows, Share: human.Share(folders.OtherRows, failed), Others: others})
	}
	return lines
}

// lines returns the places below one, each before those below it.
func (p *spot) lines(level int, failed int64) (lines []page.Place) {
	below := slices.SortedFunc(maps.Values(p.below), func(a, b *spot) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.name, b.name))
	})
	if len(below) == 1 && level == 2 && below[0].name == p.name {
		return nil // all of its keys are in it, and it was named already
	}
	var others int64
	for i, one := range below {
		if one.rows == 0 { // of a bucket that there was no room for
			continue
		}
		if i >= mostPlaces[level] {
			others += one.rows
			continue
		}
		name := one.name
		switch {
		case level == 0 && name == "":
			name = "no bucket"
		case name == "":
			name = "no folder"
		case level == 2 && name == p.name:
			name = "no other folder"
		}
		lines = append(lines, page.Place{Level: level, Name: name, Rows: one.rows, Share: human.Share(one.rows, failed)})
		if level+1 < len(mostPlaces) {
			lines = append(lines, one.lines(level+1, failed)...)
		}
	}
	if others > 0 {
		noun := "other folder"
		if level == 0 {
			noun = "other bucket"
		}
		lines = append(lines, page.Place{Level: level, Rows: others, Share: human.Share(others, failed), Others: "and " + human.Plural(int64(len(below)-mostPlaces[level]), noun)})
	}
	return lines
}
