package jobmanifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/internal/source"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// Files is where manifests are written.
type Files struct {
	Store storage.Store
	Name  string       // of the manifest, or of that without versions if there are two
	Of    string       // a file that is read beside the reports, if there is one
	Log   *slog.Logger // needed: it is told of files that are there from before
}

// Written is a manifest that was written.
type Written struct {
	Name     string // its path or address
	Versions bool   // whether each row has a version; none has if not
	Objects  int64
	Bytes    int64
	MD5      string // of its bytes, in lower-case hex
	ETag     string // as the store says; empty where it has none, and where nothing was written
}

// versionsName returns the name of the manifest of the objects that have a version,
// where others have none.
func versionsName(name string) string {
	ending := path.Ext(name[strings.LastIndexByte(name, '/')+1:])
	return strings.TrimSuffix(name, ending) + "-versions" + ending
}

// Check reports a name that is none for a manifest, most often since the last SOURCE
// stands where the manifest was forgotten. It is asked before any work.
func (m *Files) Check(ctx context.Context, jobs []source.Found) error {
	if m.Name == storage.Stdio {
		return nil
	}
	at := source.Places{}
	read := map[string]bool{at.Of(m.Of): m.Of != ""}
	for _, j := range jobs {
		for _, f := range j.Job.Files {
			read[at.Of(f.Name)] = true
		}
	}
	for _, name := range []string{m.Name, versionsName(m.Name)} {
		if read[at.Of(name)] {
			return m.wrong(name, "is one of the files that are read")
		}
		if err := m.checkName(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (m *Files) wrong(name, what string) error {
	return &storage.Error{
		Op: "write", Name: name, Err: errors.New(what),
		Hint: "if it is a SOURCE, MANIFEST is missing after it: the path, or the s3:// address, of the file to be written, or - for standard output",
	}
}

// checkName looks at what has the name of a manifest already. A manifest may be written
// again, the file of a report must not be.
func (m *Files) checkName(ctx context.Context, name string) error {
	switch base := path.Base(name); {
	case source.IsFolder(name):
		return m.wrong(name, "is a folder, where a file is to be written")
	case base == "manifest.json", base == "manifest.json.md5":
		return m.wrong(name, "has the name of the manifest of a report")
	}
	info, err := m.Store.Stat(ctx, name)
	switch {
	case errors.Is(err, storage.ErrFolder):
		return m.wrong(name, "is a folder, where a file is to be written")
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Size < 0:
		return m.wrong(name, "is a pipe or a device, where a file is to be written")
	}
	body, err := reportfile.Open(ctx, m.Store, name, "")
	if own := (*storage.Error)(nil); errors.As(err, &own) && own.Op == "read" && !errors.Is(err, fs.ErrPermission) {
		return m.wrong(name, "is there, and is no manifest of a job")
	}
	if err != nil {
		return err
	}
	defer body.Close()
	head := body.Head()
	length, _ := schema.RecordEnd(head)
	if r := (schema.Record{}); length > 0 && r.Split(head[:length], schema.OrderUnknown) == nil {
		return m.wrong(name, "is a result file of a report")
	}
	return nil
}

// Write writes the manifests of rows without a version and of rows that have one, and makes
// them visible. Where dryRun says so it only says which they would be. On standard output
// there is place for one. With an error it returns those that were
// published before.
func (m *Files) Write(ctx context.Context, plain, versioned *Spool, dryRun bool) ([]Written, error) {
	both := plain.rows > 0 && versioned.rows > 0
	var manifests []Written
	var spools []*Spool
	for _, s := range []*Spool{plain, versioned} {
		if s.rows == 0 {
			continue
		}
		sum, err := s.md5()
		if err != nil {
			return nil, err
		}
		j := Written{Name: m.Name, Versions: s == versioned, Objects: s.rows, Bytes: s.bytes, MD5: sum}
		if both && j.Versions {
			j.Name = versionsName(m.Name)
		}
		manifests, spools = append(manifests, j), append(spools, s)
	}
	if dryRun {
		return manifests, nil
	}
	var pendings []storage.Pending
	for i, s := range spools {
		p, err := m.writeOne(ctx, manifests[i].Name, s)
		if err != nil {
			m.discard(ctx, pendings)
			return nil, err
		}
		pendings = append(pendings, p)
	}
	for i, p := range pendings {
		if err := m.Store.Publish(ctx, p); err != nil {
			if !errors.Is(err, storage.ErrUnknown) {
				m.discard(ctx, pendings[i:])
			}
			return manifests[:i], err
		}
		if storage.IsS3(p.Name) {
			info, err := m.Store.Stat(ctx, p.Name)
			if err != nil {
				return manifests[:i], fmt.Errorf("%w: the manifest was written, and its ETag is not known", err)
			}
			manifests[i].ETag = info.ETag
		}
	}
	m.warnStale(ctx, manifests)
	return manifests, nil
}

// writeOne writes a manifest, which nobody sees yet.
func (m *Files) writeOne(ctx context.Context, name string, s *Spool) (storage.Pending, error) {
	out, err := m.Store.Create(ctx, name, staging(name))
	if err != nil {
		return storage.Pending{}, err
	}
	defer out.Abort()
	if err := s.copy(out); err != nil {
		return storage.Pending{}, err
	}
	return out.Commit()
}

// staging returns the folder, beside the file of that name, in which it waits to be
// published: four folders that go with the file, as those of a table do.
func staging(name string) string {
	if storage.IsS3(name) || name == storage.Stdio {
		return name
	}
	return name[:strings.LastIndexByte(name, '/')+1] + "_batchreport/retry/manifest/pending"
}

func (m *Files) discard(ctx context.Context, pendings []storage.Pending) {
	for _, p := range pendings {
		_ = m.Store.Discard(context.WithoutCancel(ctx), p) // the error that led here is the one to tell
	}
}

// warnStale warns of manifests of an earlier run that this one has not written again:
// a job must not be made of them.
func (m *Files) warnStale(ctx context.Context, written []Written) {
	if m.Name == storage.Stdio {
		return
	}
	for _, name := range []string{m.Name, versionsName(m.Name)} {
		stale := true
		for _, w := range written {
			stale = stale && w.Name != name
		}
		if _, err := m.Store.Stat(ctx, name); stale && err == nil {
			m.Log.Warn("a file of that name is there from before, and is not what this run has come to", "file", name)
		}
	}
}
