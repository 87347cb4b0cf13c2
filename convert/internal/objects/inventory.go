package objects

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"batchreport/convert/storage"
)

// maxInventory is the most bytes that are read of the manifest of an inventory.
const maxInventory = 256 << 20

// inventoryManifest is the manifest.json of an inventory:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
type inventoryManifest struct {
	FileFormat string `json:"fileFormat"`
	FileSchema string `json:"fileSchema"`
	Files      []struct {
		Key string `json:"key"`
		MD5 string `json:"MD5checksum"`
	} `json:"files"`
}

// inventory returns the files that the manifest of an inventory lists.
func (l *List) inventory(ctx context.Context) ([]listedFile, error) {
	data, _, err := l.Store.Get(ctx, l.Name, maxInventory)
	if err != nil {
		return nil, err
	}
	var m inventoryManifest
	switch err := json.Unmarshal(data, &m); {
	case err != nil:
		return nil, l.failed(l.Name, fmt.Errorf("parse manifest of an inventory: %w", err))
	case m.FileFormat != "CSV":
		return nil, l.failed(l.Name, fmt.Errorf("the manifest of an inventory has fileFormat %q: only CSV is read", m.FileFormat))
	}
	var columns []string
	for c := range strings.SplitSeq(m.FileSchema, ",") {
		columns = append(columns, strings.TrimSpace(c))
	}
	if !slices.Contains(columns, "Bucket") || !slices.Contains(columns, "Key") {
		return nil, l.failed(l.Name, fmt.Errorf("its fileSchema %q has no Bucket and Key", m.FileSchema))
	}
	var files []listedFile
	for _, f := range m.Files {
		name, err := l.find(ctx, f.Key)
		if err != nil {
			return nil, err
		}
		files = append(files, listedFile{name, strings.ToLower(f.MD5), columns})
	}
	return files, nil
}

// find returns the name of a file of the inventory: by its key in the bucket of the
// manifest, or where it lies relative to that, so that a copy works too.
func (l *List) find(ctx context.Context, key string) (string, error) {
	folder := l.Name[:strings.LastIndexByte(l.Name, '/')+1]
	base := path.Base(key)
	names := []string{folder + "../data/" + base, folder + "data/" + base, folder + base}
	if storage.IsS3(l.Name) {
		bucket, rest, _ := strings.Cut(strings.TrimPrefix(l.Name, "s3://"), "/")
		above := path.Dir(path.Dir(rest))
		names = []string{"s3://" + bucket + "/" + key, "s3://" + bucket + "/" + strings.TrimPrefix(above+"/data/"+base, "./"), folder + "data/" + base, folder + base}
	}
	for _, name := range names {
		_, err := l.Store.Stat(ctx, name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return name, err
		}
	}
	return "", &storage.Error{Op: "read", Name: names[0], Err: fs.ErrNotExist, Hint: "the inventory " + l.Name + " lists this file; it is looked for by its key, and relative to the manifest"}
}
