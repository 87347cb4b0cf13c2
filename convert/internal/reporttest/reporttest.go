// Package reporttest makes completion reports for tests.
package reporttest

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/schema"
)

// The jobs of the reports under test.
const (
	JobA = "0a1b2c3d-0000-4000-8000-00000000000a"
	JobB = "0a1b2c3d-0000-4000-8000-00000000000b"
	JobC = "0a1b2c3d-0000-4000-8000-00000000000c"
)

// The words of TaskStatus and TaskExecutionStatus.
const (
	StatusSucceeded = "succeeded"
	StatusFailed    = "failed"
)

// File is a result file of a report.
type File struct{ Status, Data string }

// ReportFiles lays out the report of a job as S3 does, by name.
func ReportFiles(t testing.TB, prefix, id string, results ...File) map[string]string {
	t.Helper()
	folder := prefix + "job-" + id + "/"
	files := map[string]string{}
	m := schema.Manifest{
		Format:             schema.ManifestFormat,
		ReportCreationDate: "2019-04-05T17:48:39.725Z",
		ReportSchema:       "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
		Results:            []schema.Result{},
	}
	for i, r := range results {
		hash := sha1.Sum(fmt.Append(nil, id, i))
		name := folder + "results/" + hex.EncodeToString(hash[:]) + ".csv"
		files[name] = r.Data
		m.Results = append(m.Results, schema.Result{TaskExecutionStatus: r.Status, Bucket: "reports", MD5Checksum: MD5([]byte(r.Data)), Key: name})
	}
	PutManifest(t, files, folder, m)
	return files
}

// PutManifest adds a manifest and its sum to the files of a job folder.
func PutManifest(t testing.TB, files map[string]string, folder string, m schema.Manifest) {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files[folder+"manifest.json"] = string(data)
	files[folder+"manifest.json.md5"] = MD5(data)
}

// CsvLine writes a record as S3 does.
func CsvLine(fields ...string) string {
	quoted := make([]string, len(fields))
	for i, f := range fields {
		if strings.ContainsAny(f, ",\"\r\n") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		quoted[i] = f
	}
	return strings.Join(quoted, ",") + "\r\n"
}

// Generator makes records in the dialect of real reports: the messages are of
// every kind, the keys are encoded. The same seed gives the same records.
type Generator struct{ *rand.Rand }

// NewGenerator returns a generator whose records follow from the seed.
func NewGenerator(seed uint64) Generator { return Generator{rand.New(rand.NewPCG(seed, 0))} }

// File makes a result file of at least that size in bytes.
func (g Generator) File(status string, size int) File {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(CsvLine(g.Record(status)...))
	}
	return File{status, b.String()}
}

// Record makes the seven fields of a record.
func (g Generator) Record(status string) []string {
	bucket := []string{"photos", "logs.example.com"}[g.IntN(2)]
	version := ""
	switch g.IntN(4) {
	case 0:
		version = g.text(32)
	case 1:
		version = []string{"null", `\N`}[g.IntN(2)]
	}
	code, number, message := "", "200", g.success()
	if status == StatusFailed {
		code, number, message = g.failure()
	}
	return []string{bucket, g.key(), version, status, number, code, message}
}

func (g Generator) key() string {
	tail := []string{".json", "+%28copy%29.csv", "%2C+r%C3%A9sum%C3%A9.pdf", "%zz", "+"}[min(g.IntN(40), 4)]
	return fmt.Sprintf("year%%3D%d/month%%3D%02d/part-%s%s", 2015+g.IntN(11), 1+g.IntN(12), g.text(12), tail)
}

func (g Generator) success() string {
	id, host, etag := g.text(16), g.text(75)+"=", g.hex(32)
	switch g.IntN(5) {
	case 0:
		return "Successful"
	case 1:
		return ""
	case 2:
		return fmt.Sprintf(`{"CopySourceVersionId": %q, "CopyObjectResult": {"LastModified": "%s", "ETag": "\"%s\""}, "ResponseMetadata": {"RequestId": %q, "HostId": %q, "HTTPStatusCode": 200, "RetryAttempts": 0}}`,
			g.text(32), g.time().Format(time.RFC3339), etag, id, host)
	default:
		u := []string{"", "u"}[g.IntN(2)]
		return fmt.Sprintf(`{%s'CopyObjectResult': {%[1]s'LastModified': datetime.datetime(%s, tzinfo=tzlocal()), %[1]s'ETag': '"%s"'}, 'ResponseMetadata': {'HTTPStatusCode': 200, 'RetryAttempts': 0, 'HostId': '%s', 'RequestId': '%s', 'HTTPHeaders': {'date': '%s'}}}`,
			u, g.time().Format("2006, 1, 2, 15, 4, 5"), etag, host, id, g.time().Format(time.RFC1123))
	}
}

func (g Generator) failure() (code, number, message string) {
	id, host := g.text(16), g.text(75)+"="
	switch g.IntN(6) {
	case 0:
		return "AccessDenied", "403", fmt.Sprintf("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %s; S3 Extended Request ID: %s; Proxy: null)", id, host)
	case 1:
		return "NoSuchKey", "404", fmt.Sprintf("The specified key does not exist. (Service: S3, Status Code: 404, Request ID: %s, Extended Request ID: %s)", id, host)
	case 2:
		return "PermanentFailure", "200", fmt.Sprintf(`Lambda returned function error: {"errorMessage":"%s %s Task timed out after 3.00 seconds"}`, g.time().Format("2006-01-02T15:04:05.000Z"), g.uuid())
	case 3:
		return "PermanentFailure", "200", fmt.Sprintf(`Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"ClientError","requestId":"%s","stackTrace":["  File \"/var/task/lambda_function.py\", line %d, in lambda_handler\n    response = s3.head_object(Bucket=bucket, Key=key)\n"]}`, g.uuid(), g.IntN(100))
	case 4:
		return "TemporaryFailure", "200", "Two lines, \"quoted\":\r\nthat is all"
	default:
		return "400", "400", `error details: {"failureMessage": "Task ` + g.uuid() + ` The object was not found", "errorCode": "404"}`
	}
}

func (g Generator) text(n int) string {
	return g.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", n)
}

func (g Generator) hex(n int) string { return g.letters("0123456789abcdef", n) }

func (g Generator) letters(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

func (g Generator) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-a" + g.hex(3) + "-" + g.hex(12)
}

func (g Generator) time() time.Time {
	return time.Date(2024, 1, 1, 0, 0, g.IntN(1e7), 0, time.UTC)
}

// MD5 returns the MD5 of data as a manifest has it.
func MD5(data []byte) string {
	h := md5.Sum(data)
	return hex.EncodeToString(h[:])
}

// A record that can be read, and one that cannot.
const (
	GoodLine = "b,k,,succeeded,200,,\r\n"
	BadLine  = "one,two,three\r\n"
)

// Three returns three result files of some 3,000 bytes, which give several parts
// and are tasks of their own at a task size of 1. Each has two unreadable rows.
func Three() (results []File) {
	g := NewGenerator(1)
	for _, status := range []string{StatusSucceeded, StatusFailed, StatusFailed} {
		f := g.File(status, 3000)
		f.Data = BadLine + f.Data + BadLine
		results = append(results, f)
	}
	return results
}

// LargeSize is about the size in bytes of Large.
const LargeSize = 32 << 20

// Large returns result files for benchmarks, made once: making them takes longer
// than converting them.
var Large = sync.OnceValue(func() []File {
	g := NewGenerator(1)
	return []File{g.File(StatusSucceeded, LargeSize*7/10), g.File(StatusFailed, LargeSize*3/10)}
})
