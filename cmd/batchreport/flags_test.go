package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/convert"
	"batchreport/convert/storage/s3"
	"batchreport/convert/table"
	"batchreport/schema"
)

func TestConvertFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args string
		env  map[string]string
		want convertCommand
	}{
		{name: "none"},
		{
			name: "table",
			args: "--columns key,bucket --partition-by error_code --write-partition-columns --null-partition null --key-encoding percent --raw-message keep",
			want: convertCommand{options: convert.Options{Spec: table.Spec{Columns: []schema.Column{schema.Key, schema.Bucket}, PartitionBy: []schema.Column{schema.ErrorCode}, WritePartitionColumns: true, NullPartition: "null", KeyEncoding: schema.PercentEncoding, RawMessage: table.RawKeep}}},
		},
		{
			name: "files",
			args: "--format ndjson --compression gzip --level 9 --target-file-size 1MiB --task-size 1MB --bloom none,none --bloom none --bloom key,etag --bloom=error_code --sort-by error_code,key --temp-dir /scratch",
			want: convertCommand{options: convert.Options{Spec: table.Spec{Format: table.NDJSON, Compression: table.Gzip, Level: 9, TargetFileSize: 1 << 20, TaskSize: 1e6, Bloom: []string{"key", "etag", "error_code"}, SortBy: []string{"error_code", "key"}}, Run: convert.Run{TempDir: "/scratch"}}},
		},
		{
			name: "limits",
			args: "--max-rejects -1 --max-record-bytes 131072 --max-partitions 7 --max-open-parts=8 --verify-input none --workers 3 --force --dry-run",
			want: convertCommand{options: convert.Options{Spec: table.Spec{MaxRejects: -1, MaxRecordBytes: 1 << 17, MaxPartitions: 7, MaxOpenParts: 8, VerifyInput: table.VerifyNone}, Run: convert.Run{Workers: 3, Change: convert.Change{Force: true, DryRun: true}}}},
		},
		{
			name: "s3",
			args: "--region r --profile p --endpoint-url http://e --path-style --no-sign-request --requester-pays --expected-bucket-owner 123456789012 --sse aws:kms --sse-kms-key-id k --storage-class GLACIER --read-ahead 64MiB --no-lock",
			want: convertCommand{common: common{s3: s3.Options{
				Region: "r", Profile: "p", EndpointURL: "http://e", PathStyle: true, NoSignRequest: true, RequesterPays: true,
				ExpectedBucketOwner: "123456789012", SSE: "aws:kms", SSEKMSKeyID: "k", StorageClass: "GLACIER", ReadAhead: 64 << 20, NoLock: true,
			}}},
		},
		{
			name: "messages",
			args: "--json --quiet -v --log-format json",
			want: convertCommand{common: common{asJSON: true, log: console.Options{Quiet: true, Verbose: true, Format: "json"}}},
		},
		{
			name: "environment",
			args: "--max-partitions 5",
			env: map[string]string{
				"BATCHREPORT_TARGET_FILE_SIZE": "2MiB", "BATCHREPORT_PARTITION_BY": "none", "BATCHREPORT_FORCE": "true",
				"BATCHREPORT_MAX_PARTITIONS": "6", "BATCHREPORT_NULL_PARTITION": "",
			},
			want: convertCommand{options: convert.Options{Spec: table.Spec{TargetFileSize: 2 << 20, PartitionBy: []schema.Column{}, MaxPartitions: 5}, Run: convert.Run{Change: convert.Change{Force: true}}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got convertCommand
			line, err := newCommandFlags("convert", &got).parse(append(strings.Fields(test.args), "-", "DEST"), lookup(test.env))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(line.args, []string{"-", "DEST"}) {
				t.Errorf("arguments %q", line.args)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, test.want)
			}
		})
	}
}

func TestFlagErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args string
		env        map[string]string
		want       string
	}{
		{"unknown", "--colums key", nil, "unknown flag: --colums"},
		{"size", "--task-size big", nil, `invalid argument "big" for "--task-size" flag: not a size such as 1048576, 1MiB or 1MB`},
		{"no size", "--task-size 0", nil, "out of range"},
		{"too large", "--task-size 9EB", nil, ""},
		{"larger", "--task-size 10EiB", nil, "out of range"},
		{"count", "--workers 0", nil, "not a number from 1"},
		{"column", "--columns job_id,nokey", nil, `no column "nokey"`},
		{"partition", "--partition-by key", nil, `key cannot partition this table, but job_id, task_status`},
		{"log format", "--log-format xml", nil, `"xml" is none of text, json`},
		{"key encoding", "--key-encoding base64", nil, `key encoding "base64" is none of form, percent, none`},
		{"environment", "", map[string]string{"BATCHREPORT_WORKERS": "many"}, `BATCHREPORT_WORKERS: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newCommandFlags("convert", &convertCommand{}).parse(strings.Fields(test.args), lookup(test.env))
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var usage *fault.Usage
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestFlagsAreDescribed checks that every flag that takes an argument names it.
func TestFlagsAreDescribed(t *testing.T) {
	t.Parallel()
	for _, e := range commands() {
		newCommandFlags(e.Name, e.create()).all.VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() != "bool" && strings.Count(f.Usage, "`") != 2 {
				t.Errorf("%s --%s does not name its argument: %s", e.Name, f.Name, f.Usage)
			}
		})
	}
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// TestVariables: a variable is flags of one meaning, so that one that is set for a command
// is no mistake of another.
func TestVariables(t *testing.T) {
	t.Parallel()
	meanings, of := map[string]string{}, map[string]string{}
	for _, e := range commands() {
		flags := newCommandFlags(e.Name, e.create())
		for _, own := range flags.own {
			if flags.all.Lookup(own) == nil {
				t.Errorf("%s has no --%s", e.Name, own)
			}
		}
		flags.all.VisitAll(func(f *pflag.Flag) {
			argument, _ := pflag.UnquoteUsage(f)
			name, meaning := flags.variable(f), f.Value.Type()+" "+argument
			if before, ok := meanings[name]; ok && before != meaning {
				t.Errorf("%s is %q to %s and %q to %s", name, before, of[name], meaning, e.Name)
			}
			meanings[name], of[name] = meaning, e.Name
		})
	}
}
