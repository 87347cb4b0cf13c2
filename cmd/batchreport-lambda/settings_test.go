package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestSettingsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		environ []string
		want    []string // in the error
	}{
		{"no destination", nil, []string{"BATCHREPORT_DEST is missing"}},
		{"an empty one", []string{"BATCHREPORT_DEST="}, []string{"BATCHREPORT_DEST is missing"}},
		{"a folder", []string{"BATCHREPORT_DEST=/tmp/table"}, []string{"BATCHREPORT_DEST: /tmp/table is no s3:// address"}},
		{"another address", []string{"BATCHREPORT_DEST=https://b/table"}, []string{"is an address of the web"}},
		{"misspelt", []string{"BATCHREPORT_DEST=s3://b/t", "BATCHREPORT_COLUMN=key"}, []string{"BATCHREPORT_COLUMN is no setting", "did you mean BATCHREPORT_COLUMNS?"}},
		{"a flag without use", []string{"BATCHREPORT_DEST=s3://b/t", "BATCHREPORT_DRY_RUN=1"}, []string{"BATCHREPORT_DRY_RUN is no setting"}},
		{
			"several",
			[]string{"BATCHREPORT_DEST=s3://b/t", "BATCHREPORT_COLUMNS=kex", "BATCHREPORT_TASK_SIZE=big", "BATCHREPORT_LEVEL=x", "BATCHREPORT_MIXED_LAYOUT=maybe", "BATCHREPORT_EXTRACT=a", "BATCHREPORT_FORMAT=csv", "BATCHREPORT_SSE=rot13"},
			[]string{"BATCHREPORT_COLUMNS:", "BATCHREPORT_TASK_SIZE: not a size", "BATCHREPORT_LEVEL:", "BATCHREPORT_MIXED_LAYOUT:", "BATCHREPORT_EXTRACT:", "format:", "rot13"},
		},
		{"little memory", []string{"BATCHREPORT_DEST=s3://b/t", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"}, []string{"has 128 MB of memory, and needs 512 MB"}},
		{"no machine", []string{"BATCHREPORT_DEST=s3://b/t", "BATCHREPORT_STATE_MACHINE=batchreport"}, []string{"BATCHREPORT_STATE_MACHINE: batchreport is no ARN"}},
		{"no level", []string{"BATCHREPORT_DEST=s3://b/t", "AWS_LAMBDA_LOG_LEVEL=loud"}, []string{"AWS_LAMBDA_LOG_LEVEL:"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newSettings(test.environ)
			for _, want := range test.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error is %v; want one with %q", err, want)
				}
			}
		})
	}
}

// flagged are variables that both the function and the command read, with values that
// are no defaults.
var flagged = []string{
	"BATCHREPORT_COLUMNS=report_file, key,error_code,result_json",
	"BATCHREPORT_EXTRACT=size=$.bytes:int64",
	"BATCHREPORT_PARTITION_BY=job_id,bucket",
	"BATCHREPORT_WRITE_PARTITION_COLUMNS=true",
	"BATCHREPORT_NULL_PARTITION=none",
	"BATCHREPORT_KEY_ENCODING=percent",
	"BATCHREPORT_RAW_MESSAGE=drop",
	"BATCHREPORT_FORMAT=parquet",
	"BATCHREPORT_COMPRESSION=gzip",
	"BATCHREPORT_LEVEL=3",
	"BATCHREPORT_TARGET_FILE_SIZE=100MB",
	"BATCHREPORT_TASK_SIZE=64MiB",
	"BATCHREPORT_BLOOM=none",
	"BATCHREPORT_SORT_BY=key, error_code",
	"BATCHREPORT_VERIFY_INPUT=md5",
	"BATCHREPORT_MAX_REJECTS=7",
	"BATCHREPORT_MAX_RECORD_BYTES=1MiB",
	"BATCHREPORT_MAX_PARTITIONS=12",
	"BATCHREPORT_MAX_OPEN_PARTS=13",
	"BATCHREPORT_MIXED_LAYOUT=1",
	"BATCHREPORT_REQUESTER_PAYS=true",
	"BATCHREPORT_EXPECTED_BUCKET_OWNER=123456789012",
	"BATCHREPORT_READ_AHEAD=8MiB",
	"BATCHREPORT_SSE=aws:kms",
	"BATCHREPORT_SSE_KMS_KEY_ID=key",
	"BATCHREPORT_STORAGE_CLASS=STANDARD_IA",
}

// TestSettingsAreFlags compares what the function makes of the variables that are flags
// with what the command makes of them.
func TestSettingsAreFlags(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command") // for seconds, where -short asks for the quick tests
	}
	t.Parallel()
	var s settings
	for _, v := range variables(&s) {
		given := false
		for _, pair := range flagged {
			given = given || strings.HasPrefix(pair, v.name+"=")
		}
		if own := v.name == "BATCHREPORT_DEST" || v.name == "BATCHREPORT_MAX_SIZE" || v.name == "BATCHREPORT_STATE_MACHINE" || strings.HasPrefix(v.name, "AWS_"); given == own {
			t.Errorf("%s: it is compared with a flag: %v", v.name, given)
		}
	}
	s, err := newSettings(append([]string{"BATCHREPORT_DEST=s3://b/t"}, flagged...))
	if err != nil {
		t.Fatal(err)
	}
	// In the folder of the command, whose module has what only the command needs.
	cmd := exec.Command("go", "-C", "../..", "run", "./cmd/batchreport", "plan", "testdata/reports/seed", filepath.Join(t.TempDir(), "table"))
	cmd.Env = append(os.Environ(), flagged...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	plan, err := cmd.Output()
	if err != nil || strings.Contains(stderr.String(), "BATCHREPORT_") {
		t.Fatalf("%v, and it says\n%s", err, stderr.Bytes())
	}
	var got, want struct{ Options map[string]any }
	ours, err := json.Marshal(map[string]any{"options": s.options.Spec.WithDefaults()})
	if err := errors.Join(err, json.Unmarshal(plan, &want), json.Unmarshal(ours, &got)); err != nil {
		t.Fatal(err)
	}
	if len(want.Options) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("options are\n%v; those of the command are\n%v", got, want)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		environ []string
		time    time.Duration
		limit   int64
	}{
		{"one CPU", []string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1769"}, time.Minute, 1200e6},
		{"two CPUs", []string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=3538"}, time.Minute, 2400e6},
		{"set", []string{"BATCHREPORT_MAX_SIZE=1GB"}, time.Minute, 1e9},
		{"no deadline", nil, math.MaxInt64, 184467440737095520},
		{"over", nil, -time.Second, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := newSettings(append([]string{"BATCHREPORT_DEST=s3://b/t"}, test.environ...))
			if err != nil {
				t.Fatal(err)
			}
			if got := s.limit(test.time); got != test.limit {
				t.Errorf("limit is %d; want %d", got, test.limit)
			}
		})
	}
}
