package message

import "testing"

func TestStatusAndText(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"empty", "", "result_kind: empty"},
		{"Successful", "Successful", "result_kind: status\nresult_text: Successful"},
		{"success", "success", "result_kind: status\nresult_text: success"},
		{"Succeeded", "Succeeded", "result_kind: status\nresult_text: Succeeded"},
		{"more than a word", "Successful.", "result_kind: text\nresult_text: Successful."},
		{"words", "Object versionID is invalid", "result_kind: text\nresult_text: Object versionID is invalid"},
		{"blank", " ", "result_kind: text\nresult_text:"},
		{"not UTF-8", "\xff", "result_kind: text\nresult_text: \xff"},
		{"number", "123", "result_kind: text\nresult_text: 123"},
		{"true", "true", "result_kind: text\nresult_text: true"},
		{"null", "null", "result_kind: text\nresult_text: null"},
	})
}

func TestSDK(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"v1", "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X; S3 Extended Request ID: Y=; Proxy: null)", `
			result_kind: sdk_v1
			result_text: Access Denied
			service: Amazon S3
			service_error_code: AccessDenied
			service_status_code: 403
			request_id: X
			extended_request_id: Y=`},
		{"v1 with the extended id behind", "Not Found (Service: Amazon S3; Status Code: 404; Error Code: 404 Not Found; Request ID: X), S3 Extended Request ID: Y=", `
			result_kind: sdk_v1
			result_text: Not Found
			service: Amazon S3
			service_error_code: 404 Not Found
			service_status_code: 404
			request_id: X
			extended_request_id: Y=`},
		{"v1 with a null id and one behind", "Not Found (Service: Amazon S3; Status Code: 404; Error Code: null; Request ID: X; S3 Extended Request ID: null), S3 Extended Request ID: Y=", `
			result_kind: sdk_v1
			result_text: Not Found
			service: Amazon S3
			service_status_code: 404
			request_id: X
			extended_request_id: Y=`},
		{"v1 nulls", "null (Service: null; Status Code: 0; Error Code: null; Request ID: null; Proxy: null)", `
			result_kind: sdk_v1`},
		{"v1 with brackets and quotes in the text", `It's (quite) "odd" (Service: no) (Service: Amazon S3; Status Code: 400; Error Code: E; Request ID: X)`, `
			result_kind: sdk_v1
			result_text: It's (quite) "odd" (Service: no)
			service: Amazon S3
			service_error_code: E
			service_status_code: 400
			request_id: X`},
		{
			"v1 twice: the last is the service's own",
			"No key (Service: AWSKMS; Status Code: 400; Error Code: NotFoundException; Request ID: K; S3 Extended Request ID: Z) (Service: Amazon S3; Status Code: 403; Error Code: KMS.NotFoundException; Request ID: X)", `
			result_kind: sdk_v1
			result_text: No key
			service: Amazon S3
			service_error_code: KMS.NotFoundException
			service_status_code: 403
			request_id: X`,
		},
		{
			"v1 twice: the first fills what the last leaves null",
			"Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X) (Service: null; Status Code: 0; Error Code: null; Request ID: null)", `
			result_kind: sdk_v1
			result_text: Denied
			service: Amazon S3
			service_error_code: AccessDenied
			service_status_code: 403
			request_id: X`,
		},
		{"v2", "Access Denied (Service: S3, Status Code: 403, Request ID: X, Extended Request ID: Y)", `
			result_kind: sdk_v2
			result_text: Access Denied
			service: S3
			service_status_code: 403
			request_id: X
			extended_request_id: Y`},
		{"v2 without text", "(Service: S3, Status Code: 404, Request ID: null) (SDK Attempt Count: 1)", `
			result_kind: sdk_v2
			service: S3
			service_status_code: 404
			attempts: 1`},
		{"v2 text null", "null (Service: S3, Status Code: 403, Request ID: X, Extended Request ID: Y)", `
			result_kind: sdk_v2
			service: S3
			service_status_code: 403
			request_id: X
			extended_request_id: Y`},
		{"attempts without a service", "Unable to execute HTTP request (SDK Attempt Count: 4)", `
			result_kind: text
			result_text: Unable to execute HTTP request (SDK Attempt Count: 4)
			attempts: 4`},
		{"not at the end", "a (Service: S3, Status Code: 403, Request ID: X) b", `
			result_kind: sdk_v2
			result_text: a
			service: S3
			service_status_code: 403
			request_id: X`},
		{"cut", "Access Denied (Service: Amazon S3; Status Code: 4", `
			result_kind: text
			result_text: Access Denied (Service: Amazon S3; Status Code: 4`},
		{"no status", "Access Denied (Service: Amazon S3; Request ID: X)", `
			result_kind: text
			result_text: Access Denied (Service: Amazon S3; Request ID: X)`},
		{"empty brackets", "a (Service: )", `
			result_kind: text
			result_text: a (Service: )`},
	})
}

func TestBotocore(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"plain", "An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.", `
			result_kind: botocore
			result_text: The specified key does not exist.
			operation: GetObject
			service_error_code: NoSuchKey`},
		{"retries", "An error occurred (SlowDown) when calling the CopyObject operation (reached max retries: 4): Please reduce your request rate.", `
			result_kind: botocore
			result_text: Please reduce your request rate.
			operation: CopyObject
			service_error_code: SlowDown
			attempts: 5`},
		{"around an SDK's suffix", "An error occurred (KMS.DisabledException) when calling the PutObject operation: It is disabled. (Service: AWSKMS; Status Code: 400; Error Code: DisabledException; Request ID: X; Proxy: null)", `
			result_kind: botocore
			result_text: It is disabled.
			service: AWSKMS
			operation: PutObject
			service_error_code: KMS.DisabledException
			service_status_code: 400
			request_id: X`},
		{"no text", "An error occurred (404) when calling the HeadObject operation: ", `
			result_kind: botocore
			operation: HeadObject
			service_error_code: 404`},
		{"cut", "An error occurred (404) when calling the HeadObj", `
			result_kind: text
			result_text: An error occurred (404) when calling the HeadObj`},
		{"retries cut", "An error occurred (404) when calling the X operation (reached max retries: 4", `
			result_kind: text
			result_text: An error occurred (404) when calling the X operation (reached max retries: 4`},
	})
}
