package convert

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

// manifestFiles is where a retry writes its manifests.
type manifestFiles struct {
	store storage.Store
	name  string // of the manifest, or of that without versions if there are two
	of    string // see RetryOptions.Of
	log   *slog.Logger
}

// VersionsError says that a manifest would have rows with a version and rows without,
// which S3 Batch Operations takes in two manifests only, and that there is place for one.
type VersionsError struct {
	Versioned, Plain int64 // objects with a version and without
}

// Error says how many of each there are.
func (e *VersionsError) Error() string {
	return fmt.Sprintf("%d objects have a version and %d have none: these are two manifests, and standard output takes one", e.Versioned, e.Plain)
}

// versionsName returns the name of the manifest of the objects that have a version,
// where others have none.
func versionsName(name string) string {
	ending := path.Ext(name[strings.LastIndexByte(name, '/')+1:])
	return strings.TrimSuffix(name, ending) + "-versions" + ending
}

// check reports a name that is none for a manifest, most often since the last SOURCE
// stands where the manifest was forgotten. It is asked before any work.
func (m *manifestFiles) check(ctx context.Context, jobs []source.Found) error {
	if m.name == storage.Stdio {
		return nil
	}
	at := source.Places{}
	read := map[string]bool{at.Of(m.of): m.of != ""}
	for _, j := range jobs {
		for _, f := range j.Job.Files {
			read[at.Of(f.Name)] = true
		}
	}
	for _, name := range []string{m.name, versionsName(m.name)} {
		if read[at.Of(name)] {
			return m.wrong(name, "is one of the files that are read")
		}
		if err := m.checkName(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (m *manifestFiles) wrong(name, what string) error {
	return &storage.Error{
		Op: "write", Name: name, Err: errors.New(what),
		Hint: "if it is a SOURCE, MANIFEST is missing after it: the path, or the s3:// address, of the file to be written, or - for standard output",
	}
}

// checkName looks at what has the name of a manifest already. A manifest may be written
// again, the file of a report must not be.
func (m *manifestFiles) checkName(ctx context.Context, name string) error {
	switch base := path.Base(name); {
	case source.IsFolder(name):
		return m.wrong(name, "is a folder, where a file is to be written")
	case base == "manifest.json", base == "manifest.json.md5":
		return m.wrong(name, "has the name of the manifest of a report")
	}
	info, err := m.store.Stat(ctx, name)
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
	body, err := reportfile.Open(ctx, m.store, name, "")
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

// write writes the manifests of rows, and makes them visible. Where dryRun says so it only
// says which they would be.
func (m *manifestFiles) write(ctx context.Context, rows *retryRows, dryRun bool) ([]JobManifest, error) {
	both := rows.plain.rows > 0 && rows.versioned.rows > 0
	if both && m.name == storage.Stdio {
		return nil, &VersionsError{rows.versioned.rows, rows.plain.rows}
	}
	var manifests []JobManifest
	var spools []*spoolFile
	for _, s := range []*spoolFile{rows.plain, rows.versioned} {
		if s.rows == 0 {
			continue
		}
		sum, err := s.md5()
		if err != nil {
			return nil, err
		}
		j := JobManifest{Name: m.name, Versions: s == rows.versioned, Objects: s.rows, Bytes: s.bytes, MD5: sum}
		if both && j.Versions {
			j.Name = versionsName(m.name)
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
		if err := m.store.Publish(ctx, p); err != nil {
			if !errors.Is(err, storage.ErrUnknown) {
				m.discard(ctx, pendings[i:])
			}
			return manifests[:i], err
		}
		if storage.IsS3(p.Name) {
			info, err := m.store.Stat(ctx, p.Name)
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
func (m *manifestFiles) writeOne(ctx context.Context, name string, s *spoolFile) (storage.Pending, error) {
	out, err := m.store.Create(ctx, name, staging(name))
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

func (m *manifestFiles) discard(ctx context.Context, pendings []storage.Pending) {
	for _, p := range pendings {
		_ = m.store.Discard(context.WithoutCancel(ctx), p) // the error that led here is the one to tell
	}
}

// warnStale warns of manifests of an earlier run that this one has not written again:
// a job must not be made of them.
func (m *manifestFiles) warnStale(ctx context.Context, written []JobManifest) {
	if m.name == storage.Stdio {
		return
	}
	for _, name := range []string{m.name, versionsName(m.name)} {
		stale := true
		for _, w := range written {
			stale = stale && w.Name != name
		}
		if _, err := m.store.Stat(ctx, name); stale && err == nil {
			m.log.Warn("a file of that name is there from before, and is not what this run has come to", "file", name)
		}
	}
}
