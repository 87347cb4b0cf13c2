package message

import "batchreport/schema"

// forms returns the table of forms: all the ways in which AWS, its SDKs and Lambda
// functions are known to say how a task went. The first that takes a message has it; of
// those that stand anywhere, the first that is found is the outermost.
//
// To add a form, write its reader into a file of its own and add a row here.
func forms() []form {
	var (
		request  = []schema.Column{schema.ServiceStatusCode, schema.RequestID, schema.ExtendedRequestID}
		service  = append([]schema.Column{schema.Service}, request...)
		class    = []schema.Column{schema.ErrorType, schema.StackTrace}
		code     = schema.ServiceErrorCode
		attempts = schema.Attempts
	)
	with := func(columns []schema.Column, more ...schema.Column) []schema.Column {
		return append(append([]schema.Column{}, columns...), more...)
	}
	return []form{
		{
			kind:    KindStatus, // Parse takes it itself
			example: "Successful",
		},
		{
			// Of KindPython too. What keys fill is in names.go.
			kind: KindJSON, place: message, opens: " \t\r\n{[(\"NOdsf", whole: (*Parser).document,
			fills:   with(request, code, attempts, schema.OccurredAt, schema.ETag, schema.CopiedVersionID, schema.CopySourceVersionID, schema.LastModified, schema.ChecksumAlgorithm, schema.ChecksumType, schema.ChecksumBase64, schema.ChecksumHex),
			example: `{"checksum_base64":"bS9TOQ\u003d\u003d","etag":"3c3c","checksumAlgorithm":"CRC32","checksumType":"FULL_OBJECT","checksum_hex":"6D2F5339"}`,
		},
		{
			kind: KindLambdaError, place: message, find: lambdaPrefix, whole: (*Parser).lambdaError,
			fills:   with(class, schema.LambdaRequestID, schema.TimeoutSeconds, schema.OccurredAt),
			example: `Lambda returned function error: {"errorMessage":"2019-04-05T17:35:21.155Z 2845ca0d-38d9-4c4b-abcf-379dc749c452 Task timed out after 3.00 seconds"}`,
		},
		{
			kind: KindTaskError, place: message, find: taskPrefix, whole: (*Parser).taskError,
			fills:   []schema.Column{schema.TaskID, schema.ServiceStatusCode},
			example: `error details: {"failureMessage":"Task 2845ca0d-38d9-4c4b-abcf-379dc749c452 Key not found", "errorCode": "404"}`,
		},

		{
			// Of KindSDKv2 too: SDK 1 has semicolons, SDK 2 commas and no error code. It is the
			// first, since most messages of failed tasks are of it.
			kind: KindSDKv1, place: anywhere, mark: '(', find: "(Service: ", read: (*finding).java,
			fills:   with(with(service, class...), code, attempts),
			example: "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: X; S3 Extended Request ID: Y; Proxy: null)",
		},
		{
			kind: KindSDKPHP, place: anywhere, mark: ';', find: `"; AWS HTTP error: `, read: (*finding).php,
			fills:   with(service, schema.Operation, code, schema.ErrorType),
			example: "Error executing \"PutObject\" on \"https://b.s3.amazonaws.com/k\"; AWS HTTP error: Client error: `PUT https://b.s3.amazonaws.com/k` resulted in a `403 Forbidden` response:\n<?xml … (truncated...)\n AccessDenied (client): Access Denied - <?xml …",
		},
		{
			kind: KindBotocore, place: anywhere, mark: '(', find: botocoreOpen, read: (*finding).botocore,
			fills:   with(class, schema.Operation, code, attempts),
			example: "An error occurred (SlowDown) when calling the CopyObject operation (reached max retries: 4): Please reduce your request rate.",
		},
		{
			kind: KindBotocore, place: anywhere, mark: '(', find: "A client error (", read: (*finding).botocore2014,
			fills:   []schema.Column{schema.Operation, code},
			example: "A client error (AccessDenied) occurred when calling the PutObject operation: Access Denied",
		},
		{
			kind: KindText, place: anywhere, mark: '(', find: "(SDK Attempt Count: ", read: (*finding).javaAttempts,
			fills:   []schema.Column{attempts},
			example: "Unable to execute HTTP request: Read timed out (SDK Attempt Count: 4)",
		},
		{
			kind: KindSDKGoV2, place: anywhere, mark: ':', find: goAnswered, read: (*finding).goV2,
			fills:   with(service, schema.Operation, code, attempts),
			example: "operation error S3: CopyObject, https response error StatusCode: 404, RequestID: X, HostID: Y, api error NoSuchKey: The specified key does not exist.",
		},
		{
			kind: KindSDKGoV2, place: anywhere, mark: ':', find: "operation error ", read: (*finding).goV2Unanswered,
			fills:   []schema.Column{schema.Service, schema.Operation, attempts},
			example: "operation error S3: PutObject, exceeded maximum number of attempts, 3, request send failed, Put \"https://b.s3.amazonaws.com/k\": EOF",
		},
		{
			kind: KindSDKGoV1, place: anywhere, mark: '\t', find: "\n\tstatus code: ", read: (*finding).goV1,
			fills:   with(request, code),
			example: "AccessDenied: Access Denied\n\tstatus code: 403, request id: X, host id: Y",
		},
		{
			kind: KindSDKRuby, place: anywhere, mark: ':', find: "::Errors::", read: (*finding).ruby,
			fills:   []schema.Column{schema.Service, code, schema.ErrorType, schema.StackTrace},
			example: "Aws::S3::Errors::AccessDenied: Access Denied",
		},
		{
			kind: KindSDKNET, place: anywhere, mark: ':', find: "Exception: ", read: (*finding).net,
			fills:   with(class, schema.Service),
			example: "Amazon.S3.AmazonS3Exception: Access Denied\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type … was thrown.\n   at Amazon.Runtime.…",
		},
		{
			kind: KindSDKRust, place: anywhere, mark: '{', find: "aws_request_id", read: (*finding).rust,
			fills:   with(request, code),
			example: `service error: unhandled error (AccessDenied): Error { code: "AccessDenied", message: "Access Denied", aws_request_id: "X", s3_extended_request_id: "Y" }`,
		},
		{
			// Of KindSDKJSv2 too.
			kind: KindSDKJSv3, place: anywhere, mark: '\n', find: "\n    at ", read: (*finding).javascript,
			fills:   with(with(request, class...), code, attempts),
			example: "AccessDenied: Access Denied\n    at throwDefaultError (/var/runtime/node_modules/@aws-sdk/node_modules/@smithy/smithy-client/dist-cjs/index.js:388:20)",
		},
		{
			kind: KindXML, place: anywhere, mark: '<', find: "Code>", read: (*finding).xml,
			fills:   []schema.Column{code, schema.RequestID, schema.ExtendedRequestID},
			example: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>X</RequestId><HostId>Y</HostId></Error>",
		},
	}
}
