package browser

import (
	"bytes"
	"crypto/md5"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hostileKeys are keys that a page must show and never obey.
var hostileKeys = []string{
	"<script>window.hit=1</script>",
	"</script><script>window.hit=1</script>",
	"</title></style></textarea><img src=x onerror=window.hit=1>",
	`" onmouseover="window.hit=1" x="`,
	"' autofocus onfocus='window.hit=1",
	"javascript:window.hit=1",
	"<svg onload=window.hit=1><use href=http://example.invalid/x>",
	"{{.Page}}<!--",
	"]]>&lt;b&gt;&#60;i&#62;",
	"a\u202egnp.exe\u2066b\u2069c",
	"\u200bzero\u00adwidth\ufeff",
	"line\nfeed\rreturn\ttab\x00nul\x1b[31m",
	"=HYPERLINK(\"http://example.invalid\")",
	"+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=2", " =3", "\u200b=4", "\uff1d5",
	"quote\"comma,semicolon;",
	"  two  spaces  ",
	"\u65e5\u672c\u8a9e/\u05d0\u05d1\u05d2/\u0627\u0644\u0639\u0631\u0628\u064a\u0629/\U0001f600",
	strings.Repeat("\u202e", 341),
	strings.Repeat("<", 1024),
	strings.Repeat("k", 1024),
	strings.Repeat("folder/", 146),
}

// report is a report under way.
type report struct {
	dir     string
	results []map[string]string
}

// newReport begins the report of a job.
func newReport(t *testing.T) *report {
	t.Helper()
	r := &report{dir: filepath.Join(t.TempDir(), "job-0a1b2c3d-0000-4000-8000-00000000000a")}
	if err := os.MkdirAll(filepath.Join(r.dir, "results"), 0o777); err != nil {
		t.Fatal(err)
	}
	return r
}

// add adds a result file.
func (r *report) add(t *testing.T, status string, rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("results/%040x.csv", len(r.results))
	if err := os.WriteFile(filepath.Join(r.dir, name), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(b.Bytes())
	r.results = append(r.results, map[string]string{
		"TaskExecutionStatus": status, "Bucket": "reports", "MD5Checksum": hex.EncodeToString(sum[:]), "Key": filepath.Base(r.dir) + "/" + name,
	})
}

// end writes the manifest, and returns the folder of the job.
func (r *report) end(t *testing.T) string {
	t.Helper()
	m, err := json.Marshal(map[string]any{
		"Format": "Report_CSV_20180820", "ReportCreationDate": "2026-11-03T14:11:20.123456789Z",
		"ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage", "Results": r.results,
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(r.dir, "manifest.json"), m, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.dir
}

// quoted is a key as a report has it.
func quoted(key string) string { return url.QueryEscape(key) }

// hostileReport has hostile keys, and hostile texts wherever a function may write some.
func hostileReport(t *testing.T) string {
	t.Helper()
	r := newReport(t)
	var rows [][]string
	for i, key := range hostileKeys {
		// The text of the key is in the message and the code too.
		message, _ := json.Marshal(map[string]string{"errorMessage": key, "errorType": key, "requestId": key})
		rows = append(rows,
			[]string{"bucket", quoted(key), "", "failed", "200", "PermanentFailure", "Lambda returned function error: " + string(message)},
			[]string{"b<" + fmt.Sprint(i), quoted(key), "v'" + fmt.Sprint(i), "failed", "403", clean(key), key})
	}
	r.add(t, "failed", rows)
	r.add(t, "succeeded", [][]string{{"bucket", "good", "", "succeeded", "200", "", ""}})
	return r.end(t)
}

// clean returns a text without what ends a code.
func clean(text string) string {
	return "C" + strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, text[:min(len(text), 60)])
}

// burstReport has so many rows that failed, most of them in a burst of throttling.
func burstReport(t *testing.T, failed int) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	folders := []string{"invoices/2024", "invoices/2025", "exports/daily", "exports/weekly", "img/thumbs", "logs/app"}
	begin := time.Date(2026, 11, 3, 13, 2, 0, 0, time.UTC)
	var rows [][]string
	for i := range failed {
		key := fmt.Sprintf("%s/%02d/part-%07d.parquet", folders[random.IntN(len(folders))], random.IntN(30), i)
		id := fmt.Sprintf("%016X", random.Uint64())
		minutes := 26 + 2*random.NormFloat64()
		at := begin.Add(time.Duration(minutes * float64(time.Minute)))
		if i%4 == 0 {
			at = begin.Add(time.Duration(random.IntN(48)) * time.Minute)
		}
		bucket, code, status, message := "media-archive", "TemporaryFailure", "200", `{"Error": {"Code": "SlowDown", "Message": "Please reduce your request rate."}, "ResponseMetadata": {"RequestId": "`+id+`", "HTTPStatusCode": 503, "HTTPHeaders": {"date": "`+at.Format(http.TimeFormat)+`"}, "RetryAttempts": 4}}`
		switch {
		case i%4 == 0:
			code, message = "PermanentFailure", `Lambda returned function error: {"errorMessage":"`+at.Format("2006-01-02T15:04:05.000Z")+` 2845ca0d-38d9-4c4b-abcf-379dc749c452 Task timed out after 3.00 seconds"}`
		case i%7 == 0:
			code, status, message = "AccessDenied", "403", `User: arn:aws:sts::123456789012:assumed-role/batch/s3 is not authorized to perform: s3:PutObjectTagging on resource: "arn:aws:s3:::media-archive/x" because no identity-based policy allows the s3:PutObjectTagging action (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: `+id+`; S3 Extended Request ID: x=; Proxy: null)`
		case i%11 == 0:
			bucket, code, status, message = "billing-prod", "NoSuchKey", "404", "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: "+id+", Extended Request ID: x)"
		case i%97 == 0:
			code, message = "PermanentFailure", "the function said this"
		}
		rows = append(rows, []string{bucket, quoted(key), "", "failed", status, code, message})
	}
	r := newReport(t)
	r.add(t, "failed", rows)
	var good [][]string
	for i := range 3 * failed {
		good = append(good, []string{"media-archive", fmt.Sprintf("good/%d", i), "", "succeeded", "200", "", "Successful"})
	}
	r.add(t, "succeeded", good)
	return r.end(t)
}
