package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"batchreport/convert/internal/reportfile"
)

// checkManifest compares a manifest with the sum that lies beside it, if one does.
func (s *Finder) checkManifest(ctx context.Context, name, got string) error {
	const longest = 1 << 16 // some hundred lines of md5sum
	want, _, err := s.Store.Get(ctx, name+".md5", longest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if want := listedSum(string(want), path.Base(name)); got != want {
		return reportfile.Wrong(name, fmt.Errorf("its MD5 is %s, %s.md5 says %q: the file is damaged or was changed", got, path.Base(name), want), "get both again from where S3 wrote them; where the manifest was changed on purpose, move its .md5 away")
	}
	return nil
}

// listedSum returns the MD5 that a file of sums has for the file of that name: the
// file is one sum, as AWS writes it, or what md5sum prints, also with --tag.
func listedSum(text, base string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		sum, name, _ := strings.Cut(strings.TrimPrefix(line, `\`), " ")
		if tagged, ok := strings.CutPrefix(line, "MD5 ("); ok {
			if i := strings.LastIndex(tagged, ") = "); i >= 0 {
				name, sum = tagged[:i], tagged[i+len(") = "):]
			}
		}
		last = strings.ToLower(sum)
		if path.Base(strings.TrimLeft(name, " *")) == base {
			return last
		}
	}
	return last // of one file, whatever it was called there
}
