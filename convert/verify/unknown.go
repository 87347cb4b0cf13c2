package verify

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"batchreport/convert/delta"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// dataFile is a file below DEST, listed or not, that some reader takes for the table's.
type dataFile struct {
	name string // below DEST
	kind Kind   // of the finding that it is where no record lists it
}

// dataFiles lists the files below DEST that a reader would take for the table's, and
// the files of rejects. Links to folders are followed, as readers do; one that leads
// nowhere new is a finding by itself.
func (v *verifier) dataFiles(ctx context.Context) ([]dataFile, error) {
	var files []dataFile
	list := func(folder string) error {
		for info, err := range v.store.List(ctx, folder) {
			if err != nil {
				return err
			}
			name := v.below(info.Name)
			if kind := readAs(name, info.Size); kind != "" {
				files = append(files, dataFile{name, kind})
			}
		}
		return nil
	}
	if err := list(v.dest); err != nil {
		return nil, err
	}
	for link, err := range storage.Links(ctx, v.store, v.dest) {
		switch {
		case err != nil:
			return nil, err
		case !link.Again:
			if err := list(link.Name); err != nil {
				return nil, err
			}
		case readAs(v.below(link.Name)+"/x", 1) == Unknown:
			v.result.Findings = append(v.result.Findings, Finding{Object: link.Name, Kind: Unknown, Message: "a link to a folder whose files are found by another way too"})
		}
	}
	return files, nil
}

// below returns the name below DEST of an address.
func (v *verifier) below(address string) string {
	return strings.TrimPrefix(address, storage.Join(v.dest, ""))
}

// readAs returns the kind of the finding that a file below DEST is which no record
// lists, by what readers do with a file of that name: Athena, Spark and Hive read
// all files but those that begin with _ or ., and all that is in folders that begin
// so; patterns go by the ending alone. It is empty for a file that nobody reads.
func readAs(name string, size int64) Kind {
	if state, ok := strings.CutPrefix(name, ledger.StateFolder+"/"); ok {
		if ok, _ := path.Match("*/rejects/*.jsonl.gz", state); ok {
			return Unknown
		}
		return ""
	}
	switch {
	case strings.HasPrefix(name, delta.Folder+"/"):
		return "" // it is compared with the records
	case size == 0 && (name == "" || strings.HasSuffix(name, "/") || strings.HasSuffix(name, "_$folder$")):
		return "" // a folder, as consoles and Hadoop make it on S3: it has no rows for anybody
	case !slices.ContainsFunc(strings.Split(name, "/"), isHidden):
		return Unknown
	case hasDataEnding(name):
		return Hidden
	default:
		return "" // _SUCCESS, .part.crc
	}
}

// isHidden reports whether Athena, Spark and Hive pass over a file or a folder of
// that name. Spark takes _a=b for the folder of a partition.
func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") && !strings.Contains(name, "=")
}

// hasDataEnding reports whether patterns that are meant for parts find a file:
// *.parquet and, as parts of lines may be compressed, *.ndjson*. They find names
// that begin with a dot too, and on some systems other letters.
func hasDataEnding(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasSuffix(base, ".parquet") || strings.Contains(base, ".ndjson")
}

// unknown finds the files of data that no register lists and that are still there.
func (v *verifier) unknown(ctx context.Context, data []dataFile, jobs []*verifiedJob) error {
	known := map[string]bool{}
	damaged := false
	for _, j := range jobs {
		if j.register == nil {
			damaged = true
			continue
		}
		for _, name := range append(j.register.AllFiles(), j.register.KeptNames()...) {
			known[name] = true
		}
		v.result.Kept += int64(len(j.register.KeptNames()))
	}
	data = slices.DeleteFunc(data, func(f dataFile) bool {
		// What looks like a part may be that of the record that cannot be read.
		return known[f.name] || damaged && f.kind == Unknown && ledger.IsPartName(path.Base(f.name))
	})
	var mu sync.Mutex
	return stage.Each(ctx, v.options.Workers, data, func(ctx context.Context, f dataFile) error {
		object := storage.Join(v.dest, f.name)
		_, err := v.store.Stat(ctx, object)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		message := "no commit record lists it"
		if f.kind == Hidden {
			message += ", and patterns such as **/*.parquet find it, though Athena and Spark do not"
		}
		mu.Lock()
		defer mu.Unlock()
		v.result.Findings = append(v.result.Findings, Finding{Object: object, Kind: f.kind, Message: message})
		return nil
	})
}
