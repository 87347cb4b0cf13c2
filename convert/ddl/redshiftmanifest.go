package ddl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"batchreport/convert/storage"
)

// RedshiftManifest is the manifest of files that COPY of Amazon Redshift reads.
const RedshiftManifest Dialect = "redshift-manifest"

// redshiftManifest returns the manifest of the parts. For files of columns each entry must
// have the length:
// https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
func (t *definition) redshiftManifest() (string, error) {
	if err := t.onS3(); err != nil {
		return "", err
	}
	if len(t.loads) > 0 && !t.copies() {
		return "", &storage.Error{Op: "describe", Name: t.dest, Err: errors.New("COPY cannot load these files: not all have the same columns, those of the path among them"), Hint: "--dialect redshift loads them without it; convert --write-partition-columns writes Parquet that COPY can load"}
	}
	type meta struct {
		ContentLength int64 `json:"content_length"`
	}
	type entry struct {
		URL       string `json:"url"`
		Mandatory bool   `json:"mandatory"`
		Meta      meta   `json:"meta"`
	}
	entries := []entry{}
	for _, p := range t.allParts() {
		entries = append(entries, entry{t.dest + p.Name, true, meta{p.Bytes}})
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{"entries": entries})
	return jsonEscapes(b.String()), err
}

// jsonEscapes returns a JSON document with escapes in place of what a terminal would not show.
func jsonEscapes(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || unicode.IsGraphic(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
