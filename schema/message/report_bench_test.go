package message

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"batchreport/schema"
)

// benchReport is a report in memory: the result files below the folder that
// BATCHREPORT_BENCH names, or one of some 16 MB that is the same every time.
var benchReport = sync.OnceValue(func() []byte {
	var report []byte
	if dir := os.Getenv("BATCHREPORT_BENCH"); dir != "" {
		names, _ := filepath.Glob(filepath.Join(dir, "job-*", "results", "*.csv"))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				panic(err)
			}
			report = append(report, data...)
		}
		return report
	}
	g := reportGenerator{rand.New(rand.NewPCG(1, 0))}
	for len(report) < 16<<20 {
		report = g.row(report)
	}
	return report
})

// BenchmarkReport works on whole rows: MB/s are those of the report.
func BenchmarkReport(b *testing.B) {
	wantsSplit := func(c schema.Column) bool {
		switch c {
		case schema.Bucket, schema.Key, schema.VersionID, schema.TaskStatus, schema.ErrorCode, schema.HTTPStatusCode, schema.ResultText, schema.Service, schema.ServiceStatusCode, schema.ServiceErrorCode,
			schema.RequestID, schema.ExtendedRequestID, schema.LambdaRequestID, schema.ErrorType, schema.ETag, schema.CopySourceVersionID, schema.LastModified:
			return true
		}
		return false
	}
	b.Run("scan", func(b *testing.B) { benchRows(b, nil) })
	b.Run("split columns", func(b *testing.B) { benchRows(b, NewParser(wantsSplit)) })
	b.Run("all columns", func(b *testing.B) { benchRows(b, NewParser(nil)) })
}

func benchRows(b *testing.B, p *Parser) {
	report := benchReport()
	block := make([]byte, 0, 1<<20)
	var extents []schema.Extent
	var r schema.Record
	var m Message
	b.SetBytes(int64(len(report)))
	b.ReportAllocs()
	for b.Loop() {
		for rest := report; len(rest) > 0; {
			// Split changes what it is given, and a pipeline has its rows in the cache.
			extents = schema.Extents(extents[:0], rest[:min(cap(block), len(rest))], false)
			block = append(block[:0], rest[:extents[len(extents)-1].End]...)
			rest = rest[len(block):]
			start := 0
			for _, extent := range extents {
				if err := r.Split(block[start:extent.End], schema.OrderUnknown); err != nil {
					b.Fatal(err)
				}
				start = extent.End
				if p != nil {
					p.Parse(&m, r.ResultMessage, Row{r.Bucket, r.Key, r.VersionID})
				}
			}
		}
	}
}

// BenchmarkKind works on the report's messages of one kind: MB/s are those of
// the messages.
func BenchmarkKind(b *testing.B) {
	var messages [NumKinds][][]byte
	var bytes [NumKinds]int64
	p := NewParser(nil)
	for data := benchReport(); len(data) > 0; {
		var r schema.Record
		var m Message
		end, _ := schema.RecordEnd(data)
		if err := r.Split([]byte(string(data[:end])), schema.OrderUnknown); err != nil {
			b.Fatal(err)
		}
		data = data[end:]
		p.Parse(&m, r.ResultMessage, Row{})
		messages[m.Kind] = append(messages[m.Kind], r.ResultMessage)
		bytes[m.Kind] += int64(len(r.ResultMessage))
	}
	for kind, messages := range messages {
		if bytes[kind] == 0 {
			continue
		}
		b.Run(Kind(kind).String(), func(b *testing.B) {
			b.SetBytes(bytes[kind])
			b.ReportAllocs()
			var m Message
			for b.Loop() {
				for _, message := range messages {
					p.Parse(&m, message, benchRow)
				}
			}
		})
	}
}

// reportGenerator makes rows in the mix of a report of a copy job and one of a
// Lambda job together: of seven rows in ten that succeeded, half have a response
// as JSON or as a Python repr; of those that failed, half have an SDK's text.
type reportGenerator struct{ *rand.Rand }

func (g reportGenerator) row(dst []byte) []byte {
	at := time.Unix(1680000000+g.Int64N(30_000_000), 0).UTC()
	version := ""
	if g.IntN(10) < 3 {
		version = g.text(32)
	}
	dst = fmt.Appendf(dst, "awsexamplebucket1,tenant%%3Dacme/clickstream/%s/part-%05d-%s.json.gz,%s,", at.Format("year%3D2006/month%3D01/day%3D02"), g.IntN(100000), g.uuid(), version)
	if g.IntN(10) < 7 {
		return fmt.Appendf(dst, "succeeded,200,,%s\r\n", quoteCSV(g.success(at)))
	}
	status, code, message := g.failure(at)
	return fmt.Appendf(dst, "failed,%s,%s,%s\r\n", status, code, quoteCSV(message))
}

func (g reportGenerator) success(at time.Time) string {
	source, etag, id, host := g.text(32), fmt.Sprintf("%016x%016x", g.Uint64(), g.Uint64()), g.text(16), g.text(75)+"="
	switch n := g.IntN(160); {
	case n < 90:
		return "Successful"
	case n < 95:
		return ""
	case n < 115:
		return fmt.Sprintf(`{"CopySourceVersionId": "%s", "CopyObjectResult": {"LastModified": "%s", "ETag": "\"%s\""}, "ResponseMetadata": {"RequestId": "%s", "HostId": "%s", "HTTPStatusCode": 200, "RetryAttempts": 0}}`,
			source, at.Format("2006-01-02T15:04:05+00:00"), etag, id, host)
	default:
		u := [...]string{"u", "u", ""}[n%3]
		return fmt.Sprintf(`{%[1]s'CopySourceVersionId': '%[2]s', %[1]s'CopyObjectResult': {%[1]s'LastModified': datetime.datetime(%[3]s, tzinfo=tzlocal()), %[1]s'ETag': '"%[4]s"'}, 'ResponseMetadata': {'HTTPStatusCode': 200, 'RetryAttempts': 0, 'HostId': '%[5]s', 'RequestId': '%[6]s', 'HTTPHeaders': {'content-length': '234', 'x-amz-id-2': '%[5]s', 'x-amz-copy-source-version-id': '%[2]s', 'server': 'AmazonS3', 'x-amz-request-id': '%[6]s', 'date': '%[7]s', 'content-type': 'application/xml'}}}`,
			u, source, at.Format("2006, 1, 2, 15, 4, 5"), etag, host, id, at.Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	}
}

func (g reportGenerator) failure(at time.Time) (status, code, message string) {
	const v1 = "%s (Service: Amazon S3; Status Code: %s; Error Code: %s; Request ID: %s; S3 Extended Request ID: %s=; Proxy: null)"
	id, host := g.text(16), g.text(75)
	switch n := g.IntN(200); {
	case n < 60:
		return "403", "AccessDenied", fmt.Sprintf(v1, "Access Denied", "403", "AccessDenied", id, host)
	case n < 90:
		return "404", "NoSuchKey", fmt.Sprintf(v1, "The specified key does not exist.", "404", "NoSuchKey", id, host)
	case n < 96:
		return "400", "InvalidRequest", fmt.Sprintf(v1, `The specified copy source is larger than the maximum allowable size for a copy source: 5368709120, got "6442450944"`, "400", "InvalidRequest", id, host)
	case n < 100:
		return "403", "AccessDenied", fmt.Sprintf("Access Denied (Service: S3, Status Code: 403, Request ID: %s, Extended Request ID: %s=)", id, host)
	case n < 155:
		return "200", "PermanentFailure", fmt.Sprintf(`Lambda returned function error: {"errorMessage":"%s %s Task timed out after %d.00 seconds"}`, at.Format("2006-01-02T15:04:05.000Z"), g.uuid(), 3+12*g.IntN(2))
	case n < 195:
		return "200", "PermanentFailure", fmt.Sprintf(`Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"ClientError","requestId":"%s","stackTrace":["  File \"/var/task/lambda_function.py\", line %d, in lambda_handler\n    response = s3Client.head_object(Bucket=bucket, Key=key)\n","  File \"/var/lang/lib/python3.12/site-packages/botocore/client.py\", line 569, in _api_call\n    return self._make_api_call(operation_name, kwargs)\n"]}`, g.uuid(), 20+g.IntN(80))
	default:
		return "200", "TemporaryFailure", "Lambda function result returned TemporaryFailure"
	}
}

func (g reportGenerator) text(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[g.IntN(len(letters))]
	}
	return string(text)
}

func (g reportGenerator) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", g.Uint32(), g.IntN(1<<16), g.IntN(1<<12), g.IntN(1<<12), g.Int64N(1<<48))
}

// quoteCSV quotes a field where it has to be.
func quoteCSV(field string) string {
	if !strings.ContainsAny(field, ",\"\r\n") {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}
