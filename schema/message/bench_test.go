package message

import (
	"bytes"
	"testing"

	"batchreport/schema"
)

// benchMessages are messages as reports have them, by kind.
var benchMessages = []struct{ name, message string }{
	{"status", "Successful"},
	{"text", "Lambda function result returned TemporaryFailure"},
	{"json", `{"CopySourceVersionId": "xVR78haVKlRnurYofbTfYr3ufYbktF8h", "CopyObjectResult": {"LastModified": "2024-04-05T17:35:00+00:00", "ETag": "\"fe66f4390c50f29798f040d7aae72784\""}, "ResponseMetadata": {"RequestId": "3ED5852152014362", "HostId": "nXNaClIMxEJzWNmeMNQV2KpjbaCJLn0OGoXWZpuVOFS/iQYWxb3QtTvzX9SVfx2lA3oTKLwImKw=", "HTTPStatusCode": 200, "RetryAttempts": 0}}`},
	{"checksum", `{"checksum_base64":"bS9TOQ\u003d\u003d","etag":"3c3c1813042989094598e4b57ecbdc82","checksumAlgorithm":"CRC32","checksumType":"FULL_OBJECT","checksum_hex":"6D2F5339"}`},
	{"python", `{u'CopySourceVersionId': 'xVR78haVKlRnurYofbTfYr3ufYbktF8h', u'CopyObjectResult': {u'LastModified': datetime.datetime(2019, 4, 5, 17, 35, 39, tzinfo=tzlocal()), u'ETag': '"fe66f4390c50f29798f040d7aae72784"'}, 'ResponseMetadata': {'HTTPStatusCode': 200, 'RetryAttempts': 0, 'HostId': 'nXNaClIMxEJzWNmeMNQV2KpjbaCJLn0OGoXWZpuVOFS/iQYWxb3QtTvzX9SVfx2lA3oTKLwImKw=', 'RequestId': '3ED5852152014362', 'HTTPHeaders': {'content-length': '234', 'x-amz-id-2': 'nXNaClIMxEJzWNmeMNQV2KpjbaCJLn0OGoXWZpuVOFS/iQYWxb3QtTvzX9SVfx2lA3oTKLwImKw=', 'x-amz-copy-source-version-id': 'xVR78haVKlRnurYofbTfYr3ufYbktF8h', 'server': 'AmazonS3', 'x-amz-request-id': '3ED5852152014362', 'date': 'Fri, 05 Apr 2019 17:35:39 GMT', 'content-type': 'application/xml'}}}`},
	{"lambda_error", `Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"ClientError","requestId":"2845ca0d-38d9-4c4b-abcf-379dc749c452","stackTrace":["  File \"/var/task/lambda_function.py\", line 31, in lambda_handler\n    response = s3Client.head_object(Bucket=bucket, Key=key)\n","  File \"/var/lang/lib/python3.12/site-packages/botocore/client.py\", line 569, in _api_call\n    return self._make_api_call(operation_name, kwargs)\n"]}`},
	{"lambda_timeout", `Lambda returned function error: {"errorMessage":"2019-04-05T17:35:21.155Z 2845ca0d-38d9-4c4b-abcf-379dc749c452 Task timed out after 3.00 seconds"}`},
	{"task_error", `error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorCode": "404"}`},
	{"sdk_v1", `Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: XH5AH0NFWWVB49A7; S3 Extended Request ID: XCkjGwXR8IqAEYQdY6IWT6WDIdSTAPa7UOD+yIbxnsv28L+j9ZkL7Ib78PLgn5ceQW7fQotQNfg=; Proxy: null)`},
	{"sdk_v2", `Access Denied (Service: S3, Status Code: 403, Request ID: HR94ZNT2161DAR58, Extended Request ID: wTX4DDI+qigQt3uzwl9rlnQiYlBgwvPm/KJFWeFAn9t1mnGXTms/luLCYANgq08RIH+x2H+hEKc=)`},
	{"botocore", `An error occurred (SlowDown) when calling the CopyObject operation (reached max retries: 4): Please reduce your request rate.`},
}

// benchRow is the row around them.
var benchRow = Row{
	Bucket: []byte("awsexamplebucket1"),
	Key:    []byte("tenant=acme/clickstream/year=2024/month=04/part-00001-2845ca0d-38d9-4c4b-abcf-379dc749c452.parquet"),
}

func BenchmarkMessage(b *testing.B) {
	for _, c := range benchMessages {
		b.Run(c.name, func(b *testing.B) { benchParse(b, c.message, func(schema.Column) bool { return true }) })
	}
}

// BenchmarkMessageColumns leaves template and JSON out.
func BenchmarkMessageColumns(b *testing.B) {
	wanted := func(c schema.Column) bool { return c != schema.ResultTemplate && c != schema.ResultJSON }
	for _, c := range benchMessages {
		b.Run(c.name, func(b *testing.B) { benchParse(b, c.message, wanted) })
	}
}

func benchParse(b *testing.B, message string, wanted func(schema.Column) bool) {
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	p, msg := NewParser(wanted), []byte(message)
	var m Message
	for b.Loop() {
		p.Parse(&m, msg, benchRow)
	}
}

// BenchmarkHostile shows that time grows with length alone: MB/s must not fall
// from 0.1 to 1 and 10 MB.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{
		"[", "(", "{", "\\", "{'a':", `{"a":`, "u'", "'a' ", `"(Service: `, "(Service: ; ", "(Service: S; Status Code: 1)", "{({", "frozenset({", "OrderedDict([(", "defaultdict(f(", "f(",
		"An error occurred (", " operation", "arn:", "s3://", "0", "aA1", "a/", "<", "Lambda returned function error: ", ", S3 Extended Request ID: ",
		"operation error S3: X, ", "https response error StatusCode: 1, ", "\n\tstatus code: 1, request id: ", "A: ", "<Error><Code>", "<Error>", "Code>", "&#x1;", "Aws::S3::Errors::", "(Aws::S3::Errors::A)", "Amazon.S3.Exception: ",
		"Error executing \"A\" on \"", "\"; AWS HTTP error: ", "aws_request_id", "code: \"a\" {aws_request_id", "A: b\n    at ", "\n    at @smithy/", "User: a is not authorized to perform: a", " -> ", "'a --> ", "{ResponseMetadata", "NaN,", "\n", "\n\tat ", "(SDK Attempt Count: 1", "An error occurred (a) when calling the A operation: ",
	} {
		for _, around := range []struct{ name, before, after string }{{"", "", ""}, {"[]", "[", "]"}, {"['']", "['", "']"}, {"()", "", ")"}} {
			for _, size := range []int{1e5, 1e6, 1e7} {
				msg := []byte(around.before + string(bytes.Repeat([]byte(unit), size/len(unit))) + around.after)
				b.Run(unit+around.name, func(b *testing.B) {
					b.SetBytes(int64(len(msg)))
					p := NewParser(nil)
					var m Message
					for b.Loop() {
						p.Parse(&m, msg, Row{Bucket: []byte("a"), Key: []byte("a/a/a")})
					}
				})
			}
		}
	}
}

// TestAllocations checks that messages of the common forms cost no memory once
// the scratch memory is there.
func TestAllocations(t *testing.T) {
	for _, c := range benchMessages {
		t.Run(c.name, func(t *testing.T) {
			p, msg := NewParser(nil), []byte(c.message)
			var m Message
			if n := testing.AllocsPerRun(100, func() { p.Parse(&m, msg, benchRow) }); n != 0 {
				t.Errorf("%v allocations a message", n)
			}
		})
	}
}

// TestDeep checks that no nesting is too deep.
func TestDeep(t *testing.T) {
	t.Parallel()
	const depth = 1_000_000
	for _, c := range []struct {
		name, open, within, end string
		want                    Kind
	}{
		{"lists", "[", "", "]", KindJSON},
		{"objects", `{"a":`, "1", "}", KindJSON},
		{"dicts", `{'a':`, "1", "}", KindPython},
		{"tuples", "(", "1", ",)", KindPython},
		{"frozensets", "frozenset({", "1", "})", KindPython},
		{"OrderedDicts", "OrderedDict([(1, ", "1", ")])", KindPython},
		{"open lists", "[", "", "", KindText},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			msg := bytes.Repeat([]byte(c.open), depth)
			msg = append(append(msg, c.within...), bytes.Repeat([]byte(c.end), depth)...)
			var m Message
			if NewParser(nil).Parse(&m, msg, Row{}); m.Kind != c.want {
				t.Errorf("%s, want %s", m.Kind, c.want)
			}
		})
	}
}
