package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/storage"
)

// Some stores list the uploads under way only by the exact key of their object
// (MinIO, whose makers call it intended). So that the uploads of a run that was killed
// are found there too, a task notes each one, by name and id, before its first part
// is sent. A note is a file of its own beside the run's marker: tasks that are run
// twice, at once, do not overwrite each other's. It stays until the run is swept.
//
// It costs a PUT for each upload, and a GET and a DELETE for each note of up to
// uploadsInNote uploads. An upload of a process that is killed between the answer that
// has its id and the note is in no note: where the store does not list it either, it
// takes the bucket's lifecycle rule to end it.

// notesVersion is the version of a note's form.
const notesVersion = 1

// uploadsInNote is how many uploads a note names at most. The next one begins
// another, so that what is written does not grow with the square of their number.
const uploadsInNote = 50

// note is what a task has begun to upload.
type note struct {
	Version int          `json:"batchreport_uploads"` // notesVersion
	Uploads []noteUpload `json:"uploads"`
}

type noteUpload struct {
	Name     string `json:"name"` // below DEST
	UploadID string `json:"upload_id"`
}

// notes writes the notes of one task.
type notes struct {
	mu   sync.Mutex
	note note
	file string // of note
}

// add notes an upload of a file of that name, below DEST.
func (n *notes) add(ctx context.Context, f *runFiles, task int, name, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.note.Uploads) == 0 || len(n.note.Uploads) == uploadsInNote {
		sum := sha256.Sum256([]byte(id))
		n.note = note{Version: notesVersion}
		n.file = fmt.Sprintf("%s/%s%05d-%s.json", f.pendingFolder(), notePrefix, task, hex.EncodeToString(sum[:noteHash]))
	}
	n.note.Uploads = append(n.note.Uploads, noteUpload{name, id})
	data, err := json.MarshalIndent(n.note, "", " ")
	if err == nil {
		err = f.Put(ctx, n.file, withChecksum(data))
	}
	if err != nil {
		n.note.Uploads = n.note.Uploads[:len(n.note.Uploads)-1]
	}
	return err
}

const (
	notePrefix = "uploads-"
	noteHash   = 8 // bytes
)

// isNoteName reports whether a file in a run's pending folder is named as a note is.
func isNoteName(name string) bool {
	rest, ok := strings.CutPrefix(name, notePrefix)
	rest, isJSON := strings.CutSuffix(rest, ".json")
	number, hash, dash := strings.Cut(rest, "-")
	return ok && isJSON && dash && len(number) >= 5 && strings.Trim(number, "0123456789") == "" &&
		len(hash) == 2*noteHash && strings.Trim(hash, "0123456789abcdef") == ""
}

// noted returns the uploads that the files of those names, results and notes, speak
// of. What is damaged says nothing.
func (f *runFiles) noted(ctx context.Context, names []string) ([]storage.Pending, error) {
	if len(names) == 0 {
		return nil, nil
	}
	if err := f.readPartitionBy(ctx); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var all []storage.Pending
	err := stage.Each(ctx, atOnce, names, func(ctx context.Context, name string) error {
		data, _, err := f.Get(ctx, name, MaxRecordFile)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // swept meanwhile
		}
		if err != nil {
			return err
		}
		if checkChecksum(data) != nil {
			return nil
		}
		var uploads []noteUpload
		if isNoteName(path.Base(name)) {
			var n note
			if json.Unmarshal(data, &n) != nil || n.Version != notesVersion {
				return nil
			}
			uploads = n.Uploads
		} else {
			var r TaskResult
			if json.Unmarshal(data, &r) != nil || r.Version != TaskVersion {
				return nil
			}
			for _, w := range r.written() {
				uploads = append(uploads, noteUpload{w.Name, w.Pending.UploadID})
			}
		}
		for _, u := range uploads {
			if u.UploadID != "" && f.hasName(u.Name) {
				mu.Lock()
				all = append(all, storage.Pending{Name: f.address(u.Name), UploadID: u.UploadID})
				mu.Unlock()
			}
		}
		return nil
	})
	return all, err
}

// alive returns those of the uploads that are under way.
func (f *runFiles) alive(ctx context.Context, uploads []storage.Pending) ([]storage.Pending, error) {
	var mu sync.Mutex
	var alive []storage.Pending
	err := stage.Each(ctx, atOnce, uploads, func(ctx context.Context, p storage.Pending) error {
		err := f.Check(ctx, p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // published or discarded
		}
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			alive = append(alive, p)
		}
		return err
	})
	return alive, err
}
