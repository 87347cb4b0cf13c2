package objects

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/reportfile"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// List reads the objects of a job's manifest, or of an inventory.
type List struct {
	Store     storage.Store
	Name      string             // of the manifest, or of that of the inventory
	Keys      schema.KeyEncoding // of its keys
	MaxRecord int                // the length above which a line cannot be read
	Builder   *batch.Builder     // of the batches that Read hands on

	objectID, key []byte
	fields        [][]byte
}

// listedFile is a file of objects.
type listedFile struct {
	name    string
	md5     string   // of what is stored, in lower-case hex; empty if it is not known
	columns []string // by name; nil where the rows tell
}

// batchRows is how many rows of a list go on together.
const batchRows = 4096

// Read hands batches of rows to add. They have an object and no TaskStatus.
func (l *List) Read(ctx context.Context, add func(arrow.Record) error) error {
	files := []listedFile{{name: l.Name}}
	if strings.HasSuffix(l.Name, ".json") {
		var err error
		if files, err = l.inventory(ctx); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := l.readFile(ctx, f, add); err != nil {
			return err
		}
	}
	return nil
}

func (l *List) failed(name string, err error) error {
	return &storage.Error{Op: "read", Name: name, Err: err, Hint: "--of takes the manifest of a job (Bucket,Key or Bucket,Key,VersionId, without a header), a CSV of S3 Inventory, or the manifest.json of an inventory"}
}

// readFile reads the rows of a file.
func (l *List) readFile(ctx context.Context, f listedFile, add func(arrow.Record) error) error {
	body, err := l.Store.Open(ctx, f.name, "")
	if err != nil {
		return err
	}
	defer body.Close()
	hash := md5.New()
	stored := io.TeeReader(body, hash)
	in, err := reportfile.New(io.NopCloser(stored), f.name)
	if err != nil {
		return err
	}
	lines := &lineReader{r: bufio.NewReaderSize(in, 64<<10), limit: l.MaxRecord}
	var columns *listColumns
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && len(line) == 0 {
			continue
		}
		if err == nil {
			l.fields, err = schema.SplitRow(l.fields[:0], line)
		}
		if err == nil && columns == nil {
			columns, err = newListColumns(l.fields, f.columns)
		}
		if err == nil {
			err = l.add(columns)
		}
		if err != nil {
			return l.failed(f.name, fmt.Errorf("line %d: %w", lines.number, err))
		}
		if l.Builder.Rows == batchRows {
			if err := l.flush(add); err != nil {
				return err
			}
		}
	}
	if _, err := io.Copy(io.Discard, stored); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); f.md5 != "" && f.md5 != sum {
		return l.failed(f.name, fmt.Errorf("its MD5 is %s, the inventory says %s", sum, f.md5))
	}
	return l.flush(add)
}

// flush hands the rows so far on.
func (l *List) flush(add func(arrow.Record) error) error {
	rec := l.Builder.Finish()
	defer rec.Release()
	if rec.NumRows() == 0 {
		return nil
	}
	return add(rec)
}

// add adds the row that was read.
func (l *List) add(c *listColumns) error {
	if len(l.fields) != c.count {
		return fmt.Errorf("%d columns, where the first line has %d", len(l.fields), c.count)
	}
	if c.deleted >= 0 && bytes.EqualFold(l.fields[c.deleted], []byte("true")) {
		return nil // a delete marker is no object
	}
	bucket, raw := l.fields[c.bucket], l.fields[c.key]
	var version []byte
	if c.version >= 0 {
		if v := l.fields[c.version]; len(v) > 0 && string(v) != `\N` {
			version = v
		}
	}
	var canonical bool
	l.key, canonical = l.Keys.Identity(l.key[:0], raw)
	l.objectID = schema.AppendObject(l.objectID[:0], bucket, l.key, version)
	b := l.Builder
	b.Text(schema.ObjectID, l.objectID)
	if !canonical {
		b.Text(schema.RawKey, raw)
	}
	for _, v := range []struct {
		c    schema.Column
		text []byte
	}{{schema.Bucket, bucket}, {schema.Key, l.key}, {schema.VersionID, version}} {
		if utf8.Valid(v.text) {
			b.Text(v.c, v.text)
		}
	}
	b.Next()
	return nil
}

// listColumns says where the columns of a list are; -1 where it has none.
type listColumns struct{ count, bucket, key, version, deleted int }

// newListColumns tells the columns by their names or, where there are none, by the first
// row: Bucket, Key and, if there are three, VersionId. An inventory of all versions has
// VersionId, IsLatest and IsDeleteMarker behind Key; any other has none of these.
func newListColumns(first [][]byte, names []string) (*listColumns, error) {
	if names != nil {
		return &listColumns{
			len(names), slices.Index(names, "Bucket"), slices.Index(names, "Key"),
			slices.Index(names, "VersionId"), slices.Index(names, "IsDeleteMarker"),
		}, nil
	}
	c := &listColumns{len(first), 0, 1, -1, -1}
	isBool := func(i int) bool {
		return len(first) > i && (bytes.EqualFold(first[i], []byte("true")) || bytes.EqualFold(first[i], []byte("false")))
	}
	switch {
	case len(first) < 2:
		return nil, fmt.Errorf("%d columns, where Bucket and Key are needed", len(first))
	case bytes.EqualFold(first[0], []byte("bucket")) && bytes.EqualFold(first[1], []byte("key")):
		return nil, errors.New("is a header, which a job would take for an object: the manifest of a job has none")
	case len(first) == 7 && (string(first[3]) == "succeeded" || string(first[3]) == "failed"):
		return nil, errors.New("is a row of a completion report")
	case len(first) == 3:
		c.version = 2
	case isBool(3) && isBool(4):
		c.version, c.deleted = 2, 4
	}
	return c, nil
}
