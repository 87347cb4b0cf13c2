package message

import "testing"

func TestPayload(t *testing.T) {
	t.Parallel()
	testSplit(t, []splitCase{
		{"checksum job", `{"checksum_base64":"bS9TOQ\u003d\u003d","etag":"3c3c","checksumAlgorithm":"CRC32","checksumType":"FULL_OBJECT","checksum_hex":"6D2F5339"}`, `
			result_kind: json
			result_json: {"checksum_base64":"bS9TOQ\u003d\u003d","etag":"3c3c","checksumAlgorithm":"CRC32","checksumType":"FULL_OBJECT","checksum_hex":"6D2F5339"}
			etag: 3c3c
			checksum_algorithm: CRC32
			checksum_type: FULL_OBJECT
			checksum_base64: bS9TOQ==
			checksum_hex: 6D2F5339`},
		{"boto3 copy, Python", `{u'VersionId': 'v1', 'CopySourceVersionId': 'v0', 'CopyObjectResult': {'ETag': '"e"', 'LastModified': datetime.datetime(2022, 7, 24, 18, 13, 32, tzinfo=tzutc()), 'ChecksumSHA256': 'q+8=', 'ChecksumType': 'COMPOSITE'}, 'ResponseMetadata': {'HTTPStatusCode': 200, 'RetryAttempts': 2, 'HostId': 'H=', 'RequestId': 'R', 'HTTPHeaders': {'Date': 'Sun, 24 Jul 2022 18:13:33 GMT', 'X-Amz-Request-Id': 'other'}}}`, `
			result_kind: python
			result_json: {"VersionId":"v1","CopySourceVersionId":"v0","CopyObjectResult":{"ETag":"\"e\"","LastModified":"2022-07-24T18:13:32Z","ChecksumSHA256":"q+8=","ChecksumType":"COMPOSITE"},"ResponseMetadata":{"HTTPStatusCode":200,"RetryAttempts":2,"HostId":"H=","RequestId":"R","HTTPHeaders":{"Date":"Sun, 24 Jul 2022 18:13:33 GMT","X-Amz-Request-Id":"other"}}}
			service_status_code: 200
			request_id: R
			extended_request_id: H=
			attempts: 3
			occurred_at: 2022-07-24T18:13:33.000Z
			etag: e
			copied_version_id: v1
			copy_source_version_id: v0
			last_modified: 2022-07-24T18:13:32.000Z
			checksum_algorithm: SHA256
			checksum_type: COMPOSITE
			checksum_base64: q+8=`},
		{"headers where nothing else says it", `{"ResponseMetadata":{"HTTPHeaders":{"x-amz-request-id":"R","x-amz-id-2":"H","ETag":"\"e\"","x-amz-copy-source-version-id":"v0"}},"LastModified":"2024-04-05T17:35:00.25+02:00"}`, `
			result_kind: json
			result_json: {"ResponseMetadata":{"HTTPHeaders":{"x-amz-request-id":"R","x-amz-id-2":"H","ETag":"\"e\"","x-amz-copy-source-version-id":"v0"}},"LastModified":"2024-04-05T17:35:00.25+02:00"}
			request_id: R
			extended_request_id: H
			etag: e
			copy_source_version_id: v0
			last_modified: 2024-04-05T15:35:00.250Z`},
		{"at the top", `{"RequestId":"R","HostId":"H","HTTPStatusCode":404,"RetryAttempts":0,"ChecksumCRC64NVME":"c"}`, `
			result_kind: json
			result_json: {"RequestId":"R","HostId":"H","HTTPStatusCode":404,"RetryAttempts":0,"ChecksumCRC64NVME":"c"}
			service_status_code: 404
			request_id: R
			extended_request_id: H
			attempts: 1
			checksum_algorithm: CRC64NVME
			checksum_base64: c`},
		{"the last of equal keys, null changes nothing", `{"ETag":"a","ETag":"b","ETag":null}`, `
			result_kind: json
			result_json: {"ETag":"a","ETag":"b","ETag":null}
			etag: b`},
		{"elsewhere keys mean nothing", `{"a":{"ETag":"a"},"b":[{"RequestId":"R"}],"CopyObjectResult":[{"ETag":"c"}]}`, `
			result_kind: json
			result_json: {"a":{"ETag":"a"},"b":[{"RequestId":"R"}],"CopyObjectResult":[{"ETag":"c"}]}`},
		{"of other types", `{"ETag":1,"VersionId":{"ETag":"x"},"HTTPStatusCode":2e2,"RetryAttempts":-1,"LastModified":"yesterday"}`, `
			result_kind: json
			result_json: {"ETag":1,"VersionId":{"ETag":"x"},"HTTPStatusCode":2e2,"RetryAttempts":-1,"LastModified":"yesterday"}`},
		{"cut", `{"ETag":"a","VersionId":"v`, `
			result_kind: text
			result_text: {"ETag":"a","VersionId":"v
			etag: a`},
		{"cut in Python", `{'ETag': 'a', 'VersionId': 'v`, `
			result_kind: text
			result_text: {'ETag': 'a', 'VersionId': 'v
			etag: a`},
		{"JSON in a JSON string", ` "{\"ETag\":\"a\",\"x\":\"\\u00e9\"}"`, `
			result_kind: json
			result_json: {"ETag":"a","x":"\u00e9"}
			etag: a`},
		{"Python in a JSON string", `"{'ETag': 'a'}"`, `
			result_kind: python
			result_json: {"ETag":"a"}
			etag: a`},
		{"text in a JSON string", `"{it}"`, `
			result_kind: text
			result_text: "{it}"`},
		{"string in a JSON string", `"\"{}\""`, `
			result_kind: text
			result_text: "\"{}\""`},
		{"white space around", " {\"ETag\" : \"a\"}\r\n", `
			result_kind: json
			result_json:  {"ETag" : "a"}` + "\r\n" + `
			etag: a`},
		{"not UTF-8", "{\"ETag\":\"a\",\"x\":\"\xff\"}", "result_kind: json\nresult_json: {\"ETag\":\"a\",\"x\":\"\xff\"}\netag: a"},
	})
}
