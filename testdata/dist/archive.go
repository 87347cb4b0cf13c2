package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pack makes the archive of a platform, and on Linux its packages.
func (d *dist) pack(platform, binary string) error {
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	name := "batchreport-" + d.version + "-" + folderOf(platform)
	files := []file{{name + "/batchreport", 0o755, data}}
	for _, f := range d.common {
		files = append(files, file{name + "/" + f.name, f.mode, f.data})
	}
	archive, err := d.tar(files)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.out, name+".tar.gz"), archive, 0o644)
	}
	if err == nil && strings.HasPrefix(platform, "linux/") {
		err = d.packages(strings.TrimPrefix(platform, "linux/"), binary)
	}
	return err
}

// tar returns the files in a compressed archive, in the order of their names.
func (d *dist) tar(files []file) ([]byte, error) {
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	var archive bytes.Buffer
	z, err := gzip.NewWriterLevel(&archive, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.data)), ModTime: d.date, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

// sum writes the checksums of all that was made, as sha256sum prints them.
func (d *dist) sum() error {
	entries, err := os.ReadDir(d.out) // in the order of their names
	if err != nil {
		return err
	}
	sums := ""
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(d.out, e.Name()))
		if err != nil {
			return err
		}
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(data), e.Name())
	}
	return os.WriteFile(filepath.Join(d.out, "SHA256SUMS"), []byte(sums), 0o644)
}
