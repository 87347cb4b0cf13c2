package main

import "strconv"

// message appends a ResultMessage, unquoted.
type message func(g *generator, b []byte) []byte

func text(s string) message {
	return func(_ *generator, b []byte) []byte { return append(b, s...) }
}

// sdkV1 is an error of the AWS SDK for Java 1.
func sdkV1(words, service, status, code string, extended bool, tail string) message {
	return func(g *generator, b []byte) []byte {
		b = append(b, words+" (Service: "+service+"; Status Code: "+status+"; Error Code: "+code+"; Request ID: "...)
		b = g.requestID(b)
		if extended {
			b = g.extendedID(append(b, "; S3 Extended Request ID: "...))
		}
		return append(append(b, tail...), ')')
	}
}

// sdkV2 is an error of the AWS SDK for Java 2.
func sdkV2(words, service, status string) message {
	return func(g *generator, b []byte) []byte {
		b = append(b, words+" (Service: "+service+", Status Code: "+status+", Request ID: "...)
		b = g.requestID(b)
		b = g.extendedID(append(b, ", Extended Request ID: "...))
		return append(b, ')')
	}
}

func lambdaTimeout(g *generator, b []byte) []byte {
	b = append(b, `Lambda returned function error: {"errorMessage":"`...)
	b = g.now.AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = g.uuid(append(b, ' '))
	b = append(b, " Task timed out after "...)
	b = strconv.AppendInt(b, []int64{3, 15, 60}[g.r.IntN(3)], 10)
	return append(b, `.00 seconds"}`...)
}

func lambdaClientError(g *generator, b []byte) []byte {
	b = append(b, `Lambda returned function error: {"errorMessage":"An error occurred (404) when calling the HeadObject operation: Not Found","errorType":"ClientError","requestId":"`...)
	b = g.uuid(b)
	b = append(b, `","stackTrace":["  File \"/var/task/lambda_function.py\", line `...)
	b = strconv.AppendInt(b, int64(20+g.r.IntN(80)), 10)
	return append(b, `, in lambda_handler\n    response = s3Client.head_object(Bucket=bucket, Key=key)\n",`+
		`"  File \"/var/lang/lib/python3.12/site-packages/botocore/client.py\", line 569, in _api_call\n    return self._make_api_call(operation_name, kwargs)\n"]}`...)
}

func lambdaKeyError(g *generator, b []byte) []byte {
	b = append(b, `Lambda returned function error: {"errorMessage":"'versionId'","errorType":"KeyError","requestId":"`...)
	b = g.uuid(b)
	return append(b, `","stackTrace":["  File \"/var/task/lambda_function.py\", line 31, in lambda_handler\n    version = task['versionId']\n"]}`...)
}

// pythonCopy is the str() of boto3's answer to copy_object, as in AWS' example.
// Python 2 has a u before its strings.
func pythonCopy(u string) message {
	return func(g *generator, b []byte) []byte {
		source := string(g.fill(nil, versionID, 32))
		extended := string(g.extendedID(nil))
		request := string(g.requestID(nil))
		b = append(b, "{"+u+"'CopySourceVersionId': '"+source+"', "+u+"'CopyObjectResult': {"+u+"'LastModified': datetime.datetime("...)
		b = g.now.AppendFormat(b, "2006, 1, 2, 15, 4, 5")
		b = g.fill(append(b, ", tzinfo=tzlocal()), "+u+"'ETag': '\""...), lowerHex, 32)
		b = append(b, "\"'}, 'ResponseMetadata': {'HTTPStatusCode': 200, 'RetryAttempts': 0, 'HostId': '"+extended+
			"', 'RequestId': '"+request+"', 'HTTPHeaders': {'content-length': '234', 'x-amz-id-2': '"+extended+
			"', 'x-amz-copy-source-version-id': '"+source+"', 'server': 'AmazonS3', 'x-amz-request-id': '"+request+"', 'date': '"...)
		b = g.now.AppendFormat(b, "Mon, 02 Jan 2006 15:04:05 GMT")
		return append(b, "', 'content-type': 'application/xml'}}}"...)
	}
}

// jsonCopy is the same answer as JSON.
func jsonCopy(g *generator, b []byte) []byte {
	source := string(g.fill(nil, versionID, 32))
	extended := string(g.extendedID(nil))
	request := string(g.requestID(nil))
	b = append(b, `{"CopySourceVersionId": "`+source+`", "CopyObjectResult": {"LastModified": "`...)
	b = g.now.AppendFormat(b, "2006-01-02T15:04:05+00:00")
	b = g.fill(append(b, `", "ETag": "\"`...), lowerHex, 32)
	return append(b, `\""}, "ResponseMetadata": {"RequestId": "`+request+`", "HostId": "`+extended+`", "HTTPStatusCode": 200, "RetryAttempts": 0}}`...)
}
