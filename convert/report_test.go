package convert

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"batchreport/schema"
)

// The jobs of the reports under test.
const (
	jobA = "0a1b2c3d-0000-4000-8000-00000000000a"
	jobB = "0a1b2c3d-0000-4000-8000-00000000000b"
	jobC = "0a1b2c3d-0000-4000-8000-00000000000c"
)

// The words of TaskStatus and TaskExecutionStatus.
const (
	statusSucceeded = "succeeded"
	statusFailed    = "failed"
)

// resultFile is a result file of a report.
type resultFile struct{ status, data string }

// reportFiles lays out the report of a job as S3 does, by name.
func reportFiles(t testing.TB, prefix, id string, results ...resultFile) map[string]string {
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
		files[name] = r.data
		m.Results = append(m.Results, schema.Result{TaskExecutionStatus: r.status, Bucket: "reports", MD5Checksum: md5Of([]byte(r.data)), Key: name})
	}
	putManifest(t, files, folder, m)
	return files
}

// putManifest adds a manifest and its sum to the files of a job folder.
func putManifest(t testing.TB, files map[string]string, folder string, m schema.Manifest) {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files[folder+"manifest.json"] = string(data)
	files[folder+"manifest.json.md5"] = md5Of(data)
}

// csvLine writes a record as S3 does.
func csvLine(fields ...string) string {
	quoted := make([]string, len(fields))
	for i, f := range fields {
		if strings.ContainsAny(f, ",\"\r\n") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		quoted[i] = f
	}
	return strings.Join(quoted, ",") + "\r\n"
}

// generator makes records in the dialect of real reports: the messages are of
// every kind, the keys are encoded. The same seed gives the same records.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 0))} }

// file makes a result file of at least that size in bytes.
func (g generator) file(status string, size int) resultFile {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(csvLine(g.record(status)...))
	}
	return resultFile{status, b.String()}
}

// record makes the seven fields of a record.
func (g generator) record(status string) []string {
	bucket := []string{"photos", "logs.example.com"}[g.IntN(2)]
	version := ""
	switch g.IntN(4) {
	case 0:
		version = g.text(32)
	case 1:
		version = []string{"null", `\N`}[g.IntN(2)]
	}
	code, number, message := "", "200", g.success()
	if status == statusFailed {
		code, number, message = g.failure()
	}
	return []string{bucket, g.key(), version, status, number, code, message}
}

func (g generator) key() string {
	tail := []string{".json", "+%28copy%29.csv", "%2C+r%C3%A9sum%C3%A9.pdf", "%zz", "+"}[min(g.IntN(40), 4)]
	return fmt.Sprintf("year%%3D%d/month%%3D%02d/part-%s%s", 2015+g.IntN(11), 1+g.IntN(12), g.text(12), tail)
}

func (g generator) success() string {
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

func (g generator) failure() (code, number, message string) {
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

func (g generator) text(n int) string {
	return g.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", n)
}

func (g generator) hex(n int) string { return g.letters("0123456789abcdef", n) }

func (g generator) letters(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

func (g generator) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-a" + g.hex(3) + "-" + g.hex(12)
}

func (g generator) time() time.Time {
	return time.Date(2024, 1, 1, 0, 0, g.IntN(1e7), 0, time.UTC)
}

func md5Of(data []byte) string {
	h := md5.Sum(data)
	return hex.EncodeToString(h[:])
}
