package verify

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// dataFiles lists the files below DEST that a reader would take for the table's, and
// the files of rejects.
func (v *verifier) dataFiles(ctx context.Context) ([]string, error) {
	var names []string
	for info, err := range v.store.List(ctx, v.dest) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Name, storage.Join(v.dest, ""))
		if state, ok := strings.CutPrefix(name, ledger.StateFolder+"/"); ok {
			if ok, _ := path.Match("*/rejects/*.jsonl.gz", state); ok {
				names = append(names, name)
			}
		} else if slices.ContainsFunc(dataEndings[:], func(end string) bool { return strings.HasSuffix(name, end) }) {
			names = append(names, name)
		}
	}
	return names, nil
}

// dataEndings are how the names of all parts end.
var dataEndings = [...]string{".parquet", ".ndjson", ".ndjson.gz", ".ndjson.zst"}

// unknown finds the files of data that no register lists and that are still there.
func (v *verifier) unknown(ctx context.Context, data []string, jobs []*verifiedJob) error {
	known := map[string]bool{}
	damaged := false
	for _, j := range jobs {
		if j.register == nil {
			damaged = true
			continue
		}
		for _, name := range j.register.AllFiles() {
			known[name] = true
		}
	}
	data = slices.DeleteFunc(data, func(name string) bool {
		// What looks like a part may be that of the record that cannot be read.
		return known[name] || damaged && ledger.IsPartName(path.Base(name))
	})
	var mu sync.Mutex
	return stage.Each(ctx, v.options.Workers, data, func(ctx context.Context, name string) error {
		object := storage.Join(v.dest, name)
		_, err := v.store.Stat(ctx, object)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		v.result.Findings = append(v.result.Findings, Finding{Object: object, Kind: Unknown, Message: "no commit record lists it"})
		return nil
	})
}
