package schema

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"batchreport/schema/internal/scan"
)

// ManifestFormat is the only format of completion reports there is.
const ManifestFormat = "Report_CSV_20180820"

// Manifest is the manifest.json of a completion report, the list of its result
// files, as the Amazon S3 User Guide shows it under "Examples: S3 Batch
// Operations completion reports".
type Manifest struct {
	Format             string
	ReportCreationDate string
	Results            []Result
	ReportSchema       string

	// Created is ReportCreationDate; zero if the manifest has none.
	Created time.Time `json:"-"`
}

// Result is a result file of a report.
type Result struct {
	TaskExecutionStatus string
	Bucket              string
	MD5Checksum         string // lower-case hex
	Key                 string
}

// ParseManifest parses and checks a manifest.json.
func ParseManifest(data []byte) (*Manifest, error) {
	var results []Result
	m, err := ReadManifest(bytes.NewReader(data), func(r Result) error {
		results = append(results, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	m.Results = results
	return m, nil
}

// ReadManifest is ParseManifest for a manifest that is too large to be held: it passes each
// result to the function, which may end it by an error, and keeps none. What was passed
// counts only if there is no error.
func ReadManifest(r io.Reader, result func(Result) error) (*Manifest, error) {
	var m Manifest
	d := json.NewDecoder(r)
	if err := m.decode(d, result); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("unexpected end of JSON input")
		}
		return nil, fmt.Errorf("parse manifest: %w", err)
	}
	if m.Format != ManifestFormat {
		return nil, fmt.Errorf("parse manifest: Format is %q, this program knows %s", m.Format, ManifestFormat)
	}
	if !sevenColumns(m.ReportSchema) {
		return nil, fmt.Errorf("parse manifest: ReportSchema %q does not have the seven columns of %s", m.ReportSchema, ManifestFormat)
	}
	if m.ReportCreationDate != "" {
		t, err := time.Parse(time.RFC3339, m.ReportCreationDate)
		if err != nil {
			return nil, fmt.Errorf("parse manifest: ReportCreationDate %q is no RFC 3339 time", m.ReportCreationDate)
		}
		m.Created = t.UTC()
	}
	return &m, nil
}

// decode decodes a manifest, member by member, and passes on its results.
func (m *Manifest) decode(d *json.Decoder, result func(Result) error) error {
	if t, err := d.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return errors.New("it is no JSON object")
	}
	seen := false
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := name.(string)
		switch { // as package json compares names
		case strings.EqualFold(key, "Format"):
			err = d.Decode(&m.Format)
		case strings.EqualFold(key, "ReportCreationDate"):
			err = d.Decode(&m.ReportCreationDate)
		case strings.EqualFold(key, "ReportSchema"):
			err = d.Decode(&m.ReportSchema)
		case strings.EqualFold(key, "Results"):
			if seen {
				return errors.New("it has Results twice")
			}
			seen = true
			err = decodeResults(d, result)
		default:
			err = d.Decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows after it")
	}
	return nil
}

// decodeResults decodes the list of results.
func decodeResults(d *json.Decoder, result func(Result) error) error {
	switch t, err := d.Token(); {
	case err != nil:
		return err
	case t == nil: // null
		return nil
	case t != json.Delim('['):
		return errors.New("its Results are no list")
	}
	for i := 0; d.More(); i++ {
		var r Result
		if err := d.Decode(&r); err != nil {
			return err
		}
		if r.Key == "" {
			return fmt.Errorf("entry Results[%d] has no Key", i)
		}
		r.MD5Checksum = strings.ToLower(r.MD5Checksum)
		if sum, err := hex.DecodeString(r.MD5Checksum); err != nil || len(sum) != 16 {
			return fmt.Errorf("entry Results[%d] has MD5Checksum %q, not 32 hex digits", i, r.MD5Checksum)
		}
		if err := result(r); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// sevenColumns reports whether a ReportSchema names the columns of a Record, in
// whatever order: the order declared is not the one written anyway.
func sevenColumns(reportSchema string) bool {
	names := strings.Split(reportSchema, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	slices.Sort(names)
	return slices.Equal(names, []string{"Bucket", "ErrorCode", "HTTPStatusCode", "Key", "ResultMessage", "TaskStatus", "VersionId"})
}

// SplitJob finds the folder job-<uuid> in the key of a result file or of a
// manifest and returns the uuid and what follows the folder. Without such a
// folder the id is empty.
func SplitJob(key string) (id, rest string) {
	for end := len(key); ; {
		i := strings.LastIndex(key[:end], "job-")
		if i < 0 {
			return "", ""
		}
		tail := key[i+len("job-"):]
		if (i == 0 || key[i-1] == '/') && len(tail) > uuidLen && tail[uuidLen] == '/' && isUUID(tail[:uuidLen]) {
			return tail[:uuidLen], tail[uuidLen+1:]
		}
		end = i
	}
}

const uuidLen = 36

func isUUID(s string) bool {
	for i := range len(s) {
		switch c := s[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !scan.IsDigit(c) && !('a' <= c && c <= 'f') && !('A' <= c && c <= 'F') {
				return false
			}
		}
	}
	return len(s) == uuidLen
}
