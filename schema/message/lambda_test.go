package message

import (
	"strings"
	"testing"
)

func TestLambdaError(t *testing.T) {
	t.Parallel()
	cases := []splitCase{
		{"timed out", `{"errorMessage":"2019-04-05T17:35:21.155Z 2845ca0d-38d9-4c4b-abcf-379dc749c452 Task timed out after 3.00 seconds"}`, `
			result_text: Task timed out after 3.00 seconds
			lambda_request_id: 2845ca0d-38d9-4c4b-abcf-379dc749c452
			timeout_seconds: 3
			occurred_at: 2019-04-05T17:35:21.155Z`},
		{"timed out in the sandbox", `{"errorMessage":"RequestId: 2845ca0d-38d9-4c4b-abcf-379dc749c452 Error: Task timed out after 1.50 seconds","errorType":"Sandbox.Timedout"}`, `
			result_text: Task timed out after 1.50 seconds
			error_type: Sandbox.Timedout
			lambda_request_id: 2845ca0d-38d9-4c4b-abcf-379dc749c452
			timeout_seconds: 1.5`},
		{"request id before another text", `{"errorMessage":"RequestId: 2845ca0d-38d9-4c4b-abcf-379dc749c452 Process exited before completing request"}`, `
			result_text: Process exited before completing request
			lambda_request_id: 2845ca0d-38d9-4c4b-abcf-379dc749c452`},
		{"a time that is no prefix", `{"errorMessage":"2019-04-05T17:35:21.155Z is too late"}`, `
			result_text: 2019-04-05T17:35:21.155Z is too late`},
		{"botocore within, Python 3 trace", `{"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"ClientError","requestId":"R","stackTrace":["  File \"f.py\", line 1, in h\n    x()\n","  File \"g.py\", line 2, in i\n    y()\n"]}`, `
			result_text: Not Found
			operation: HeadObject
			service_error_code: 404
			error_type: ClientError
			stack_trace:   File "f.py", line 1, in h
			    x()
			  File "g.py", line 2, in i
			    y()
			lambda_request_id: R`},
		{"SDK within", `{"errorMessage":"Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X)"}`, `
			result_text: Denied
			service: Amazon S3
			service_error_code: AccessDenied
			service_status_code: 403
			request_id: X`},
		{"SDK in Java's cause", `{"errorMessage":"copy","errorType":"java.lang.RuntimeException","cause":{"errorMessage":"Denied (Service: S3, Status Code: 403, Request ID: X)","errorType":"S3Exception","stackTrace":["at a"]}}`, `
			result_text: copy
			service: S3
			service_status_code: 403
			request_id: X
			error_type: java.lang.RuntimeException`},
		{"Python 2 trace", `{"stackTrace": [["/var/task/f.py", 12, "handler", "raise E()"], ["g.py", 3, "<module>", "f()"]], "errorType": "E", "errorMessage": ""}`, `
			result_text:
			error_type: E
			stack_trace: /var/task/f.py, 12, handler, raise E()
			g.py, 3, <module>, f()`},
		{"Node.js trace", `{"errorType":"ReferenceError","errorMessage":"x is not defined","trace":["ReferenceError: x is not defined","    at f (i.js:2:3)"]}`, `
			result_text: x is not defined
			error_type: ReferenceError
			stack_trace: ReferenceError: x is not defined
			    at f (i.js:2:3)`},
		{"empty message, empty line", `{"errorMessage":"","stackTrace":[""]}`, `
			result_text:
			stack_trace: `},
		{"nulls and empty", `{"errorMessage":null,"errorType":null,"requestId":"","stackTrace":[]}`, ``},
		{"the last of equal keys", `{"errorType":"A","errorType":"B","stackTrace":["a"],"stackTrace":["b"]}`, `
			error_type: B
			stack_trace: b`},
		{"escaped key", `{"error\u0054ype":"A"}`, `
			error_type: A`},
	}
	for i, c := range cases {
		rest := strings.TrimSpace(strings.ReplaceAll(c.want, "\t", ""))
		text := ""
		if strings.HasPrefix(rest, "result_text:") {
			var line string
			line, rest, _ = strings.Cut(rest, "\n")
			if line == "result_text:" {
				line += " "
			}
			text = line + "\n"
		}
		cases[i].want = "result_kind: lambda_error\n" + text + "result_json: " + c.message + "\n" + rest
		cases[i].message = "Lambda returned function error: " + c.message
	}
	testSplit(t, cases)
}

func TestLambdaErrorCut(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"behind the message", `Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"Clie`, `
			result_kind: text
			result_text: Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"Clie
			operation: HeadObject
			service_error_code: 404`},
		{"in the trace", `Lambda returned function error: {"stackTrace":[[x`, `
			result_kind: text
			result_text: Lambda returned function error: {"stackTrace":[[x`},
		{"nothing", "Lambda returned function error: ", `
			result_kind: text
			result_text: Lambda returned function error: `},
		{"no JSON", "Lambda returned function error: Unhandled", `
			result_kind: text
			result_text: Lambda returned function error: Unhandled`},
	})
}

func TestTaskError(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"checksum", `error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorCode": "404"}`, `
			result_kind: task_error
			result_text: Key not found
			result_json: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorCode": "404"}
			service_status_code: 404
			task_id: 2845ca0d-38d9-4c4b-abcf-379dc749c452`},
		{"a word for a code", `error details: {"failureMessage":"Task failed due to X","errorCode":"NoSuchKey"}`, `
			result_kind: task_error
			result_text: Task failed due to X
			result_json: {"failureMessage":"Task failed due to X","errorCode":"NoSuchKey"}
			service_error_code: NoSuchKey`},
		{"a number for a code", `error details: {"errorCode":400}`, `
			result_kind: task_error
			result_json: {"errorCode":400}
			service_status_code: 400`},
		{"cut", `error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorC`, `
			result_kind: text
			result_text: error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorC
			task_id: 2845ca0d-38d9-4c4b-abcf-379dc749c452`},
	})
}
