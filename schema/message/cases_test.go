package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// messageCase is a line of testdata/messages/cases.jsonl, a message of a public report.
type messageCase struct {
	Message string         `json:"message"`
	Expect  map[string]any `json:"expect"` // columns that must hold; null ones too
	Source  string         `json:"source"`
}

// messageCases reads them.
func messageCases(t testing.TB) (cases []messageCase) {
	data, err := os.ReadFile("../../testdata/messages/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
		var c messageCase
		if err := d.Decode(&c); err != nil {
			t.Fatalf("line %d: %v", len(cases)+1, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// TestCases splits them.
func TestCases(t *testing.T) {
	t.Parallel()
	for n, c := range messageCases(t) {
		t.Run(fmt.Sprint(n+1), func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(c.Message), Row{})
			got := columnsOf(&m)
			for column, want := range c.Expect {
				value, ok := got[column]
				if text := fmt.Sprint(want); want == nil && ok || want != nil && value != text {
					t.Errorf("%s, of %s\n%s is %q, want %q\nall of it\n%s", c.Message, c.Source, column, value, text, describe(&m))
				}
			}
		})
	}
}

// lookalikes look like a form and are none.
var lookalikes = []string{
	"An error occurred (while) copying the object", "An error occurred (while) when calling the help desk: hold the line",
	"An error occurred (AccessDenied) when calling the", "an error occurred (x) when calling the GetObject operation: y",
	"An error occurred (a(b)) when calling the GetObject operation: c", "A client error (AccessDenied) occurred",
	"operation error", "operation error S3: CopyObject", "operation error Disk: Full, please retry", "the https response error StatusCode: 404",
	"https response error StatusCode: forty, RequestID: X, HostID: Y", "api error NoSuchKey: none",
	"status code: 403, request id: X", "AccessDenied: no", "AccessDenied: Access Denied\n\tstatus code: none, request id: X",
	"(Service: x)", "foo (Service: x) bar", "(Service: S3, Status Code: 4x3, Request ID: y)", "(Service: S3, Status Code: 403 and so on",
	"(Service Desk: open; Status Code: 1)", "(SDK Attempt Count: many)",
	"<Error>text</Error>", "<Code>x</Code>", "<Foo><Code>A</Code></Foo>", "<Error><Code></Code></Error>", "<Errors><Code>A</Code></Errors>", "Error>Code>x</Code>",
	"<Error><Code>two words (no)</Code></Error>", "a < b and Code> c",
	"Errors::Foo: bar", "My::Errors::Foo: bar", "XAws::S3::Errors::Foo: bar", "Aws::S3::Errors::", "Aws::::Errors::X",
	"Amazon.com Exception: late", "Amazon.S3 is slow", "xAmazon.S3.AmazonS3Exception: no", "Amazon.Runtime.AmazonClientException: no service",
	"Error executing \"PutObject\" on \"https://x\"", "Error executing \"two words\" on \"https://x\"; AWS HTTP error: y", "\"; AWS HTTP error: y",
	"aws_request_id missing {}", "code: \"X\" { aws_request_id }", "{ code: 1, aws_request_id: 2",
	"Exception: boom\n    at foo (/x/y.js:1:2)", "lower: case\n    at foo (/node_modules/@aws-sdk/x.js:1:2)",
	"User: bob is not authorized to perform: magic", "User is not authorized to perform: s3:GetObject", "is not authorized to perform: s3:GetObject",
	"$metadata and ResponseMetadata", "see {ResponseMetadata}", "tx is no id", "[INFO] all (most) is well", "{}{}", "Task timed out after lunch",
}

// TestLookalikes checks that they are text as they stand, and fill no column.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	for _, text := range lookalikes {
		for _, message := range []string{text, "prefix: " + text, "(" + text + ")", text + "\n\tat a.b.C(D.java:1)"} {
			var m Message
			NewParser(nil).Parse(&m, []byte(message), Row{})
			m.Template = nil
			if got := describe(&m); m.Kind != KindText || got != strings.TrimSpace("result_kind: text\nresult_text: "+message) {
				t.Errorf("%q: got\n%s", message, got)
			}
		}
	}
	// What a function returns of its own means what its author wants.
	for _, message := range []string{
		`{"statusCode": 200, "body": "ok"}`, `{"statusCode": 403, "code": "AccessDenied", "message": "x"}`, `{"message": "Access Denied"}`,
		`{"message": "m", "code": 1, "requestId": "r"}`, `{"name": "photo.jpg", "message": "done", "requestId": "abc"}`, `{"Error": "text", "Message": "Hi"}`,
		`{"Error": {"Code": 5}}`, `{"error": {"Code": "A", "Message": "B"}}`, `{"Errors": ["Code", "Message"]}`, `{"Code": "two words", "Message": "x"}`,
		`{"message": "no", "status": 403, "attempts": 3}`, `{'code': 'A', 'message': 'b'}`, `{"VersionId": "v", "DeleteMarker": true}`, `[{"Code": "A", "Message": "B"}]`,
		`{"$fault": 1}`, `{"$metadata": 5, "name": "x"}`, `{"retryable": true}`, `{"__type": "no code"}`,
	} {
		var m Message
		NewParser(nil).Parse(&m, []byte(message), Row{})
		m.JSON = nil
		if got := describe(&m); got != "result_kind: json" && got != "result_kind: python" {
			t.Errorf("%s: got\n%s", message, got)
		}
	}
}
