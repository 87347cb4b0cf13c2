package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"
)

// file is a file of an archive; a folder's name ends in a slash.
type file struct {
	name string
	mode int64
	data []byte
}

// tar returns the files in an archive, and their folders, in the order of their names.
func (b *builder) tar(files []file) ([]byte, error) {
	known := map[string]bool{".": true}
	for _, f := range files {
		known[strings.TrimSuffix(f.name, "/")] = true
	}
	for _, f := range slices.Clone(files) {
		for folder := path.Dir(strings.TrimSuffix(f.name, "/")); !known[folder]; folder = path.Dir(folder) {
			known[folder] = true
			files = append(files, file{name: folder + "/", mode: 0o755})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.data)), ModTime: b.date, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			header.Typeflag = tar.TypeDir
		}
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
	return archive.Bytes(), nil
}
