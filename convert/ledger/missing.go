package ledger

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// Missing returns the files of the run's record that are not there, or have another
// size than it says, in the record's order. What they hold is for verify to read. It
// is storage.ErrConflict where the job was committed again meanwhile.
//
// It lists the folder of the job, and asks for each file that it did not see there.
func (r *Run) Missing(ctx context.Context) ([]string, error) {
	record := r.Record()
	if record == nil || r.unfinished {
		return nil, nil
	}
	missing, err := r.files.missing(ctx, record)
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	now, err := r.files.readRegister(ctx)
	if err == nil && now.tag != r.register.tag {
		err = storage.ErrConflict
	}
	return missing, err
}

// missing returns the files of a record that are missing.
func (f *runFiles) missing(ctx context.Context, r *Record) ([]string, error) {
	want := map[string]int64{}
	for _, p := range r.Outputs {
		want[p.Name] = p.Bytes
	}
	for _, p := range r.Rejects {
		want[p.Name] = p.Bytes
	}
	for _, folder := range r.listed() {
		for info, err := range f.List(ctx, f.address(folder)) {
			if err != nil {
				return nil, err
			}
			name := strings.TrimPrefix(info.Name, f.address(""))
			if size, ok := want[name]; ok && size == info.Size {
				delete(want, name)
			}
		}
	}
	// Those too that a listing does not show, such as a file in a linked folder.
	var rest []string
	for _, name := range r.Files() {
		if _, ok := want[name]; ok {
			rest = append(rest, name)
		}
	}
	var mu sync.Mutex
	missing := map[string]bool{}
	err := stage.Each(ctx, atOnce, rest, func(ctx context.Context, name string) error {
		info, err := f.Stat(ctx, f.address(name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size != want[name] {
			mu.Lock()
			defer mu.Unlock()
			missing[name] = true
			return nil
		}
		return err
	})
	return slices.DeleteFunc(rest, func(name string) bool { return !missing[name] }), err
}

// listed returns the folders that are listed to see the files of a record, each with a
// slash at its end. A few files in folders that all jobs share are asked for one by one.
func (r *Record) listed() []string {
	const few = 16
	var folders []string
	if len(r.Outputs) > 0 {
		common := path.Dir(r.Outputs[0].Name) + "/"
		for _, p := range r.Outputs {
			for !strings.HasPrefix(p.Name, common) && common != "./" {
				common = path.Dir(strings.TrimSuffix(common, "/")) + "/"
			}
		}
		own := strings.Contains("/"+common, "/"+schema.JobID.String()+"=")
		if common == "./" {
			common = ""
		}
		if own || len(r.Outputs) > few {
			folders = append(folders, common)
		}
	}
	if len(r.Rejects) > 0 {
		folders = append(folders, rejectsFolder(r.Job))
	}
	return folders
}

// TaskOf returns the index of the task that wrote a file of the record.
func (r *Record) TaskOf(name string) (int, bool) {
	number, ok := strings.CutPrefix(path.Base(name), partPrefix(r.Fingerprint))
	if end := strings.IndexAny(number, "-."); end >= 0 {
		number = number[:end]
	}
	index, err := strconv.Atoi(number)
	return index, ok && err == nil && index >= 0
}
