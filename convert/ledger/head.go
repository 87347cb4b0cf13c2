package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Head is how a register begins: what the job's record says before it lists its files. A
// task needs no more of it, so that what all tasks of a job read does not grow with the
// square of their number. It was not compared with the register's checksum.
type Head struct {
	Program       string
	SchemaVersion int
	Fingerprint   string
	Options       table.Spec
}

// headSize is how many bytes of a register are read for its head: some 3,000 with all
// columns, and more where many are extracted.
const headSize = 32 << 10

// Head reads the head of the job's register, and changes nothing; it is nil if there is no
// register. After it the run counts as opened, and Twin reads a register only where its
// head has the run's fingerprint.
func (r *Run) Head(ctx context.Context) (*Head, error) {
	if r.register == nil {
		r.register = &Register{Record: emptyRecord(r.files.job)}
		r.headOnly = true
	}
	data, err := storage.BulkOf(r.files.Store).Peek(ctx, r.files.register(), headSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if head := parseHead(data, r.files.job); head != nil {
		return head, nil
	}
	// It is damaged or of another job, or its head is longer.
	now, err := r.files.readRegister(ctx)
	if err != nil {
		return nil, err
	}
	return &Head{now.Program, now.SchemaVersion, now.Fingerprint, now.Options}, nil
}

// parseHead returns the head of the job's register that begins like that; nil where it ends
// before, or is that of another job.
func parseHead(data []byte, job string) *Head {
	var head Head
	var is string
	members := map[string]any{
		"job":     &is,
		"program": &head.Program, "schema_version": &head.SchemaVersion, "fingerprint": &head.Fingerprint, "options": &head.Options,
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for len(members) > 0 {
		name, err := d.Token()
		if err != nil {
			return nil
		}
		key, ok := name.(string)
		if !ok {
			return nil
		}
		to := members[key]
		delete(members, key)
		if to == nil {
			to = new(json.RawMessage)
		}
		if d.Decode(to) != nil {
			return nil
		}
	}
	if is != job {
		return nil
	}
	return &head
}
