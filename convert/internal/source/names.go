package source

import (
	"os"
	"path/filepath"

	"batchreport/convert/storage"
)

// Places tells whether two names are those of one object. The keys are the folders
// that it was asked about, since those that hold many files are asked about often.
type Places map[string]string

// Of returns the one name of all that an object can be called by: a local file has
// many, by way of links too.
func (p Places) Of(name string) string {
	if storage.IsS3(name) || name == storage.Stdio {
		return name
	}
	folder, base := filepath.Split(name)
	real, known := p[folder]
	if !known {
		real = followed(filepath.Dir(name))
		p[folder] = real
	}
	full := filepath.Join(real, base)
	if _, err := os.Readlink(full); err == nil {
		return followed(full)
	}
	return full
}

// followed returns an absolute name without links, as far as that can be told.
func followed(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return abs
}
