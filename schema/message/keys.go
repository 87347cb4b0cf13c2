package message

import "batchreport/schema/internal/scan"

// A scope is the place of an object in a payload: it says what its keys mean.
type scope uint8

const (
	scopeNone      scope = iota // keys mean nothing to us
	scopeTop                    // the payload itself, or CopyObjectResult in it
	scopeMetadata               // ResponseMetadata of botocore
	scopeHeaders                // HTTPHeaders in it
	scopeLambda                 // what the Lambda service reports of a failed function
	scopeCause                  // cause in it, which nests
	scopeTrace                  // the list stackTrace
	scopeTraceLine              // a list in it, as Python 2.7 had
	scopeTask                   // the error details of a checksum task
)

// A fieldID is what a value in a payload fills.
type fieldID uint8

const (
	fieldNone fieldID = iota
	fieldETag
	fieldVersionID
	fieldCopySourceVersionID
	fieldLastModified
	fieldChecksumAlgorithm
	fieldChecksumType
	fieldChecksumBase64
	fieldChecksumHex
	fieldCRC32
	fieldCRC32C
	fieldCRC64NVME
	fieldSHA1
	fieldSHA256
	fieldRequestID
	fieldHostID
	fieldStatusCode
	fieldRetryAttempts
	fieldHeaderRequestID
	fieldHeaderHostID
	fieldHeaderCopySource
	fieldHeaderETag
	fieldHeaderDate
	fieldErrorType
	fieldLambdaRequestID
	fieldCauseMessage
	fieldErrorCode

	// Only these can be empty: an empty id or code is no value.
	fieldMessage
	fieldTrace
	fieldTraceLine

	numFields
)

// lookup returns what the value of a key fills, and the scope of the value
// if it is an object or a list.
func lookup(s scope, key []byte) (fieldID, scope) {
	switch s {
	case scopeTop:
		return lookupTop(key)
	case scopeMetadata:
		return lookupMetadata(key)
	case scopeHeaders:
		return lookupHeader(key), scopeNone
	case scopeLambda:
		return lookupLambda(key)
	case scopeCause:
		return lookupCause(key)
	case scopeTask:
		return lookupTask(key), scopeNone
	}
	return fieldNone, scopeNone
}

// lookupTop knows the compute-checksum job's answer (Amazon S3 User Guide,
// "Compute checksums") and CopyObject's in boto3. boto3 has the copy's ETag,
// LastModified and checksum in CopyObjectResult, and HeadObject's beside it.
func lookupTop(key []byte) (fieldID, scope) {
	switch string(key) {
	case "CopyObjectResult":
		return fieldNone, scopeTop
	case "ResponseMetadata":
		return fieldNone, scopeMetadata
	case "HTTPHeaders":
		return fieldNone, scopeHeaders
	case "ETag", "etag":
		return fieldETag, scopeNone
	case "VersionId":
		return fieldVersionID, scopeNone
	case "CopySourceVersionId":
		return fieldCopySourceVersionID, scopeNone
	case "LastModified":
		return fieldLastModified, scopeNone
	case "checksumAlgorithm":
		return fieldChecksumAlgorithm, scopeNone
	case "checksumType", "ChecksumType":
		return fieldChecksumType, scopeNone
	case "checksum_base64":
		return fieldChecksumBase64, scopeNone
	case "checksum_hex":
		return fieldChecksumHex, scopeNone
	case "ChecksumCRC32":
		return fieldCRC32, scopeNone
	case "ChecksumCRC32C":
		return fieldCRC32C, scopeNone
	case "ChecksumCRC64NVME":
		return fieldCRC64NVME, scopeNone
	case "ChecksumSHA1":
		return fieldSHA1, scopeNone
	case "ChecksumSHA256":
		return fieldSHA256, scopeNone
	}
	return lookupMetadata(key)
}

// lookupMetadata knows ResponseMetadata as botocore fills it.
func lookupMetadata(key []byte) (fieldID, scope) {
	switch string(key) {
	case "RequestId":
		return fieldRequestID, scopeNone
	case "HostId":
		return fieldHostID, scopeNone
	case "HTTPStatusCode":
		return fieldStatusCode, scopeNone
	case "RetryAttempts":
		return fieldRetryAttempts, scopeNone
	case "HTTPHeaders":
		return fieldNone, scopeHeaders
	case "x-amz-request-id":
		return fieldHeaderRequestID, scopeNone
	case "x-amz-id-2":
		return fieldHeaderHostID, scopeNone
	case "x-amz-copy-source-version-id":
		return fieldHeaderCopySource, scopeNone
	}
	return fieldNone, scopeNone
}

// lookupHeader knows the response headers of S3; RFC 9110 has their names in
// any case.
func lookupHeader(key []byte) fieldID {
	var lower [len("x-amz-copy-source-version-id")]byte
	if len(key) > len(lower) {
		return fieldNone
	}
	for i, c := range key {
		lower[i] = scan.ToLower(c)
	}
	switch string(lower[:len(key)]) {
	case "x-amz-request-id":
		return fieldHeaderRequestID
	case "x-amz-id-2":
		return fieldHeaderHostID
	case "x-amz-copy-source-version-id":
		return fieldHeaderCopySource
	case "etag":
		return fieldHeaderETag
	case "date":
		return fieldHeaderDate
	}
	return fieldNone
}

// lookupLambda knows the error object of the Lambda runtimes (AWS Lambda
// Developer Guide, "function errors"): Node.js has trace where others have
// stackTrace, Java has cause.
func lookupLambda(key []byte) (fieldID, scope) {
	switch string(key) {
	case "errorMessage":
		return fieldMessage, scopeNone
	case "errorType":
		return fieldErrorType, scopeNone
	case "stackTrace", "trace":
		return fieldTrace, scopeTrace
	case "requestId":
		return fieldLambdaRequestID, scopeNone
	case "cause":
		return fieldNone, scopeCause
	}
	return fieldNone, scopeNone
}

func lookupCause(key []byte) (fieldID, scope) {
	switch string(key) {
	case "errorMessage":
		return fieldCauseMessage, scopeNone
	case "cause":
		return fieldNone, scopeCause
	}
	return fieldNone, scopeNone
}

func lookupTask(key []byte) fieldID {
	switch string(key) {
	case "failureMessage":
		return fieldMessage
	case "errorCode":
		return fieldErrorCode
	}
	return fieldNone
}

// element returns what the elements of a list in that scope fill.
func element(s scope) (fieldID, scope) {
	switch s {
	case scopeTrace:
		return fieldTrace, scopeTraceLine
	case scopeTraceLine:
		return fieldTraceLine, scopeNone
	}
	return fieldNone, scopeNone
}
