package schema

import (
	"strings"
	"testing"
	"time"
)

const manifestHead = `{"Format":"Report_CSV_20180820","ReportSchema":"Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"`

func TestParseManifest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, rest, err string
		created         time.Time
		results         int
	}{
		{"milliseconds", `,"ReportCreationDate":"2019-04-05T17:48:39.725Z"}`, "", time.Date(2019, 4, 5, 17, 48, 39, 725e6, time.UTC), 0},
		{"nanoseconds", `,"ReportCreationDate":"2025-11-01T10:00:00.123456789Z"}`, "", time.Date(2025, 11, 1, 10, 0, 0, 123456789, time.UTC), 0},
		{"no date", `}`, "", time.Time{}, 0},
		{"a result", `,"Results":[{"TaskExecutionStatus":"failed","Bucket":"b","MD5Checksum":"22EE037F3515975F7719699E5C416EAA","Key":"job-x/results/y.csv"}]}`, "", time.Time{}, 1},
		{"bad date", `,"ReportCreationDate":"yesterday"}`, "ReportCreationDate", time.Time{}, 0},
		{"bad sum", `,"Results":[{"MD5Checksum":"22","Key":"k"}]}`, "MD5Checksum", time.Time{}, 0},
		{"no key", `,"Results":[{"MD5Checksum":"22ee037f3515975f7719699e5c416eaa"}]}`, "Results[0] has no Key", time.Time{}, 0},
		{"cut", `,"Results":[`, "unexpected end of JSON input", time.Time{}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := ParseManifest([]byte(manifestHead + tt.rest))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !m.Created.Equal(tt.created) || len(m.Results) != tt.results {
				t.Errorf("created %v, %d results", m.Created, len(m.Results))
			}
			for _, r := range m.Results {
				if r.MD5Checksum != strings.ToLower(r.MD5Checksum) {
					t.Errorf("sum %q is not lower case", r.MD5Checksum)
				}
			}
		})
	}
}

func TestParseManifestForeign(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, data string }{
		{"other format", `{"Format":"Report_CSV_20300101"}`},
		{"inventory", `{"sourceBucket":"b","fileFormat":"CSV"}`},
		{"other columns", `{"Format":"Report_CSV_20180820","ReportSchema":"Bucket, Key"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseManifest([]byte(tt.data)); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestSplitJob(t *testing.T) {
	t.Parallel()
	const id = "f8fb9d89-a3aa-461d-bddc-ea6a1b131955"
	for _, tt := range []struct{ name, key, id, rest string }{
		{"bare", "job-" + id + "/results/x.csv", id, "results/x.csv"},
		{"double slash", "reports//job-" + id + "/manifest.json", id, "manifest.json"},
		{"a prefix like a job", "job-1/job-" + id + "/results/x.csv", id, "results/x.csv"},
		{"no job", "reports/x.csv", "", ""},
		{"not at a slash", "my-job-" + id + "/x.csv", "", ""},
		{"no uuid", "job-f8fb9d89/x.csv", "", ""},
		{"nothing below", "job-" + id, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if id, rest := SplitJob(tt.key); id != tt.id || rest != tt.rest {
				t.Errorf("got %q, %q", id, rest)
			}
		})
	}
}
