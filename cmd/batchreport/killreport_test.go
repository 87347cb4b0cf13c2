package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// killJob is the job of the report that writeReport writes.
const killJob = "2c8f2d4e-91b3-4f0a-8e5c-3b7a6d1f9e02"

// killFiles is how many result files that report has: one or two for each task of planFlags.
const killFiles = 24

// writeReport writes the report that is converted by runs that get killed. Its
// files are of about the same size, half of them of failures, and every fourth
// has a row that cannot be read.
func writeReport(t *testing.T, rows int) (folder string) {
	t.Helper()
	type result struct{ TaskExecutionStatus, Bucket, MD5Checksum, Key string }
	manifest := struct {
		Format             string
		ReportCreationDate string
		Results            []result
		ReportSchema       string
	}{"Report_CSV_20180820", "2024-05-06T07:08:09.010Z", nil, "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"}
	folder = filepath.Join(t.TempDir(), "job-"+killJob)
	if err := os.MkdirAll(filepath.Join(folder, "results"), 0o777); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range killFiles {
		status := []string{"succeeded", "failed"}[i%2]
		var data strings.Builder
		for range rows {
			fmt.Fprintf(&data, "my-bucket,logs/%016x/%04d.gz,,%s,", random.Uint64(), random.IntN(10_000), status)
			switch {
			case status == "succeeded":
				data.WriteString("200,,Successful\n")
			case random.IntN(3) == 0:
				data.WriteString("404,NoSuchKey,The specified key does not exist.\n")
			default:
				data.WriteString("403,AccessDenied,Access Denied\n")
			}
		}
		if i%4 == 0 {
			data.WriteString("a row,of too,few fields\n")
		}
		name := fmt.Sprintf("results/%040x.csv", i)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(data.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		sum := md5.Sum([]byte(data.String()))
		manifest.Results = append(manifest.Results, result{status, "my-reports", hex.EncodeToString(sum[:]), "reports/job-" + killJob + "/" + name})
	}
	data, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	return folder
}
