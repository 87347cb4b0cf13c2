package source

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// A manifest of up to heldManifest bytes is read at once. A larger one is parsed as it
// comes: some 250 bytes a result file, which a plan of a million of them has no room for.
// Between two result files of it there are fewer bytes than heldManifest.
const (
	heldManifest    = 16 << 20
	maxManifestFile = 4 << 30 // bytes, more than ten million result files
)

// manifest is what a manifest has come to.
type manifest struct {
	*schema.Manifest             // without its Results
	files            []plan.File // with key, status and MD5 alone
	sum              string      // its MD5
}

// readManifest reads the manifest of that name. Its sum goes before all else that may be
// wrong with it.
func (s *Finder) readManifest(ctx context.Context, name string) (*manifest, error) {
	var body io.Reader
	var size int64 // of a large one
	data, _, err := s.Store.Get(ctx, name, heldManifest)
	switch {
	case err == nil:
		body = bytes.NewReader(data)
	case errors.Is(err, storage.ErrTooLarge):
		large, err := s.Store.Open(ctx, name, "")
		if err != nil {
			return nil, err
		}
		defer large.Close()
		info, err := s.Store.Stat(ctx, name)
		if err != nil {
			return nil, err
		}
		if size = info.Size; size > maxManifestFile {
			return nil, fmt.Errorf("%s: %w", name, storage.CheckSize(size, maxManifestFile))
		}
		body = large
	default:
		return nil, err
	}
	r := &manifestReader{r: body, md5: md5.New(), value: heldManifest}
	m := &manifest{}
	status := map[string]string{} // each once
	m.Manifest, err = schema.ReadManifest(r, func(result schema.Result) error {
		known, ok := status[result.TaskExecutionStatus]
		if !ok {
			known = result.TaskExecutionStatus
			status[known] = known
		}
		r.value = r.n + heldManifest
		const some = 1000
		if len(m.files) == some { // a list that grows step by step takes up to twice its memory
			m.files = slices.Grow(m.files, int(size/(r.n/some)))
		}
		m.files = append(m.files, plan.File{Key: result.Key, Status: known, MD5: result.MD5Checksum})
		return nil
	})
	r.value = maxManifestFile
	if _, rest := io.Copy(io.Discard, r); rest != nil {
		return nil, rest
	}
	m.sum = hex.EncodeToString(r.md5.Sum(nil))
	if wrong := s.checkManifest(ctx, name, m.sum); wrong != nil {
		return nil, wrong
	}
	if wrong := reportfile.ForeignManifest(r.head, r.named); wrong != nil {
		wrong.Name = name
		return nil, wrong
	}
	if err != nil {
		return nil, reportfile.Wrong(name, err, "a manifest.json that S3 wrote in a folder job-<uuid> is needed, whole: if it is one, get it again from there")
	}
	return m, nil
}

// manifestReader hashes what is read of a manifest, keeps its head, and notes whether it
// names its format anywhere.
type manifestReader struct {
	r     io.Reader
	md5   hash.Hash
	head  []byte
	last  []byte // of what was read, where a name may have begun
	named bool
	n     int64 // bytes read
	value int64 // what n must not pass, since the parser holds a value whole
}

// Read implements io.Reader.
func (m *manifestReader) Read(p []byte) (int, error) {
	if m.n > m.value {
		return 0, fmt.Errorf("more than %d bytes name no result file", heldManifest)
	}
	n, err := m.r.Read(p)
	p = p[:n]
	m.n += int64(n)
	m.md5.Write(p)
	m.head = append(m.head, p[:min(n, reportfile.ManifestHead-len(m.head))]...)
	const format = `"` + schema.ManifestFormat + `"`
	if !m.named {
		m.last = append(m.last, p...)
		m.named = bytes.Contains(m.last, []byte(format))
		m.last = append(m.last[:0], m.last[max(0, len(m.last)-len(format)):]...)
	}
	return n, err
}
