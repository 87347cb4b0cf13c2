package schema

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
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
	for i := range m.Results {
		r := &m.Results[i]
		if r.Key == "" {
			return nil, fmt.Errorf("parse manifest: Results[%d] has no Key", i)
		}
		r.MD5Checksum = strings.ToLower(r.MD5Checksum)
		if sum, err := hex.DecodeString(r.MD5Checksum); err != nil || len(sum) != 16 {
			return nil, fmt.Errorf("parse manifest: Results[%d] has MD5Checksum %q, not 32 hex digits", i, r.MD5Checksum)
		}
	}
	return &m, nil
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
