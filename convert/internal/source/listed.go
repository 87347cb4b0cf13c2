package source

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"batchreport/convert/plan"
)

// manyFiles is the number of result files above which a job's folder is compared with its
// manifest as it is listed: a table of what the folder has would take more memory than the
// files.
const manyFiles = 50_000

// findListed looks for files by their names, those of whole folders with one listing, which
// is in the order of names. What it finds has a size and an ETag then, and found says so.
func (s *Finder) findListed(ctx context.Context, files []plan.File) (found []bool, err error) {
	found = make([]bool, len(files))
	byName := make([]int32, len(files))
	for i := range byName {
		byName[i] = int32(i)
	}
	slices.SortFunc(byName, func(a, b int32) int { return strings.Compare(files[a].Name, files[b].Name) })
	for len(byName) > 0 {
		folder := folderOf(files[byName[0]].Name)
		end := slices.IndexFunc(byName, func(i int32) bool { return !strings.HasPrefix(files[i].Name, folder) })
		if end < 0 {
			end = len(byName)
		}
		next := byName[:end]
		for info, err := range s.Store.List(ctx, folder) {
			if err != nil {
				return nil, err
			}
			for len(next) > 0 && files[next[0]].Name < info.Name {
				next = next[1:]
			}
			for ; len(next) > 0 && files[next[0]].Name == info.Name; next = next[1:] {
				f := &files[next[0]]
				f.Size, f.ETag, found[next[0]] = info.Size, info.ETag, true
			}
		}
		byName = byName[end:]
	}
	return found, nil
}

// folderOf is the folder of a name, with a slash at its end.
func folderOf(name string) string { return name[:strings.LastIndexByte(name, '/')+1] }

// sameFiles finds files that are one file by several names. It keeps hashes of their
// places, which take less memory than these.
type sameFiles struct {
	files  []plan.File
	seed   maphash.Seed
	byHash map[uint64]int32
}

// add adds a file, by its index, and returns one that was added before and is the same.
func (s *sameFiles) add(at Places, index int) (other int, same bool) {
	if s.byHash == nil {
		s.seed, s.byHash = maphash.MakeSeed(), make(map[uint64]int32, len(s.files))
	}
	place := at.Of(s.files[index].Name)
	// Places that only have the same hash, which hardly are, each take the next one.
	for hash := maphash.String(s.seed, place); ; hash++ {
		before, taken := s.byHash[hash]
		if !taken {
			s.byHash[hash] = int32(index)
			return 0, false
		}
		if at.Of(s.files[before].Name) == place {
			return int(before), true
		}
	}
}
