package message

import "batchreport/schema/internal/scan"

// A scope is the place of an object or a list in a payload: it says what its keys mean.
type scope uint8

const (
	scopeNone      scope = iota // keys mean nothing to us
	scopeTop                    // the payload itself
	scopeCopy                   // CopyObjectResult in it
	scopeChecksum               // Checksum in it, of GetObjectAttributes
	scopeMetadata               // ResponseMetadata of botocore, $metadata of the SDK for JavaScript 3
	scopeHeaders                // HTTPHeaders in it, whose keys are in any case
	scopeError                  // Error of botocore and of S3, or an element of Errors
	scopeErrors                 // the list Errors, of what DeleteObjects could not delete
	scopeLambda                 // what the Lambda service reports of a failed function
	scopeCause                  // cause in it, which nests
	scopeTrace                  // the list stackTrace
	scopeTraceLine              // a list in it, as Python 2.7 had, or an object, as Go has
	scopeTask                   // the error details of a checksum task

	numScopes
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
	fieldCRC32 // the first of those that algorithms names, in its order
	fieldCRC32C
	fieldCRC64NVME
	fieldSHA1
	fieldSHA256
	fieldSHA512
	fieldMD5
	fieldXXHASH64
	fieldXXHASH3
	fieldXXHASH128
	fieldRequestID
	fieldHostID
	fieldStatusCode
	fieldRetryAttempts
	fieldAttempts
	fieldHeaderRequestID
	fieldHeaderHostID
	fieldHeaderCopySource
	fieldHeaderETag
	fieldHeaderDate
	fieldMaybeCode     // an error's code, if the payload turns out to be an error
	fieldMaybeName     // its class, which is its code where there is no other
	fieldMaybeText     // its sentence
	fieldMaybeStatus   // its status
	fieldMaybeRequest  // its request id
	fieldMaybeHost     // its host id
	fieldCode          // the code of Error, or one that only AWS spells so
	fieldText          // the sentence beside it
	fieldOfJavaScript2 // what only errors of that SDK have
	fieldFault         // what only errors of the SDK for JavaScript 3 have
	fieldTypeName      // the class of an error of a service that speaks JSON
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

// isIDField has the fields that are ids in most answers.
var isIDField = [numFields]bool{
	fieldRequestID: true, fieldHostID: true, fieldLambdaRequestID: true,
	fieldChecksumAlgorithm: true, fieldChecksumType: true, fieldChecksumHex: true,
}

// algorithms names the checksums of S3's answers as the checksum job does, from
// fieldCRC32 on.
var algorithms = [...][]byte{
	[]byte("CRC32"), []byte("CRC32C"), []byte("CRC64NVME"), []byte("SHA1"), []byte("SHA256"),
	[]byte("SHA512"), []byte("MD5"), []byte("XXHASH64"), []byte("XXHASH3"), []byte("XXHASH128"),
}

// A name is a key of payloads: in which scopes it means what, and the scope of its
// value if that is an object or a list. Python's reprs have the same names as JSON, so
// that a new SDK is new names.
type name struct {
	key   string
	in    []scope
	field fieldID
	child scope
}

// names returns all names that payloads are known by.
func names() []name {
	var (
		top      = []scope{scopeTop}
		answer   = []scope{scopeTop, scopeMetadata}
		metadata = []scope{scopeMetadata}
		headers  = []scope{scopeHeaders}
		lambda   = []scope{scopeLambda}
		failed   = []scope{scopeTop, scopeLambda} // an error of an SDK, which Lambda may report with its fields
		object   = []scope{scopeTop, scopeCopy}
		checksum = []scope{scopeTop, scopeCopy, scopeChecksum}
		line     = []scope{scopeTraceLine}
	)
	return []name{
		// Answers of S3: of a copy, of HeadObject and of others, in boto3's words. A copy's
		// ETag, LastModified and checksum are in CopyObjectResult.
		{"CopyObjectResult", top, fieldNone, scopeCopy},
		{"Checksum", top, fieldNone, scopeChecksum},
		{"ETag", object, fieldETag, scopeNone},
		{"etag", object, fieldETag, scopeNone},
		{"LastModified", object, fieldLastModified, scopeNone},
		{"VersionId", top, fieldVersionID, scopeNone},
		{"CopySourceVersionId", top, fieldCopySourceVersionID, scopeNone},

		// Checksums: of S3's answers, and of the compute-checksum job (Amazon S3 User
		// Guide, "Compute checksums").
		{"ChecksumCRC32", checksum, fieldCRC32, scopeNone},
		{"ChecksumCRC32C", checksum, fieldCRC32C, scopeNone},
		{"ChecksumCRC64NVME", checksum, fieldCRC64NVME, scopeNone},
		{"ChecksumSHA1", checksum, fieldSHA1, scopeNone},
		{"ChecksumSHA256", checksum, fieldSHA256, scopeNone},
		{"ChecksumSHA512", checksum, fieldSHA512, scopeNone},
		{"ChecksumMD5", checksum, fieldMD5, scopeNone},
		{"ChecksumXXHASH64", checksum, fieldXXHASH64, scopeNone},
		{"ChecksumXXHASH3", checksum, fieldXXHASH3, scopeNone},
		{"ChecksumXXHASH128", checksum, fieldXXHASH128, scopeNone},
		{"ChecksumType", checksum, fieldChecksumType, scopeNone},
		{"checksumType", top, fieldChecksumType, scopeNone},
		{"checksumAlgorithm", top, fieldChecksumAlgorithm, scopeNone},
		{"checksum_base64", top, fieldChecksumBase64, scopeNone},
		{"checksum_hex", top, fieldChecksumHex, scopeNone},

		// What is said of the request, by botocore and by the SDK for JavaScript 3.
		{"ResponseMetadata", failed, fieldNone, scopeMetadata},
		{"$metadata", failed, fieldNone, scopeMetadata},
		{"RequestId", answer, fieldRequestID, scopeNone},
		{"requestId", metadata, fieldRequestID, scopeNone},
		{"HostId", answer, fieldHostID, scopeNone},
		{"extendedRequestId", metadata, fieldHostID, scopeNone},
		{"HTTPStatusCode", answer, fieldStatusCode, scopeNone},
		{"httpStatusCode", metadata, fieldStatusCode, scopeNone},
		{"RetryAttempts", answer, fieldRetryAttempts, scopeNone},
		{"attempts", metadata, fieldAttempts, scopeNone},
		{"HTTPHeaders", answer, fieldNone, scopeHeaders},
		{"x-amz-request-id", answer, fieldHeaderRequestID, scopeNone},
		{"x-amz-id-2", answer, fieldHeaderHostID, scopeNone},
		{"x-amz-copy-source-version-id", answer, fieldHeaderCopySource, scopeNone},
		{"x-amz-request-id", headers, fieldHeaderRequestID, scopeNone},
		{"x-amzn-requestid", headers, fieldHeaderRequestID, scopeNone},
		{"x-amz-id-2", headers, fieldHeaderHostID, scopeNone},
		{"x-amz-copy-source-version-id", headers, fieldHeaderCopySource, scopeNone},
		{"etag", headers, fieldHeaderETag, scopeNone},
		{"date", headers, fieldHeaderDate, scopeNone},

		// An error as botocore keeps it, and those of DeleteObjects.
		{"Error", failed, fieldNone, scopeError},
		{"Errors", top, fieldNone, scopeErrors},
		{"Code", []scope{scopeError}, fieldCode, scopeNone},
		{"Message", []scope{scopeError}, fieldText, scopeNone},
		{"RequestId", []scope{scopeError}, fieldMaybeRequest, scopeNone},
		{"HostId", []scope{scopeError}, fieldMaybeHost, scopeNone},

		// An error as the SDKs for JavaScript have it: see payload.error.
		{"code", failed, fieldMaybeCode, scopeNone},
		{"Code", failed, fieldCode, scopeNone},
		{"name", failed, fieldMaybeName, scopeNone},
		{"message", top, fieldMaybeText, scopeNone},
		{"Message", top, fieldText, scopeNone},
		{"statusCode", failed, fieldMaybeStatus, scopeNone},
		{"requestId", top, fieldMaybeRequest, scopeNone},
		{"RequestId", lambda, fieldMaybeRequest, scopeNone},
		{"extendedRequestId", failed, fieldMaybeHost, scopeNone},
		{"HostId", lambda, fieldMaybeHost, scopeNone},
		{"retryable", failed, fieldOfJavaScript2, scopeNone},
		{"retryDelay", failed, fieldOfJavaScript2, scopeNone},
		{"$fault", failed, fieldFault, scopeNone},
		{"__type", failed, fieldTypeName, scopeNone},

		// The error object of the Lambda runtimes (AWS Lambda Developer Guide, "function
		// errors"): Node.js has trace or stack where others have stackTrace, Java has cause.
		{"errorMessage", lambda, fieldMessage, scopeNone},
		{"errorType", lambda, fieldErrorType, scopeNone},
		{"stackTrace", lambda, fieldTrace, scopeTrace},
		{"trace", lambda, fieldTrace, scopeTrace},
		{"stack", lambda, fieldTrace, scopeTrace},
		{"requestId", lambda, fieldLambdaRequestID, scopeNone},
		{"cause", []scope{scopeLambda, scopeCause}, fieldNone, scopeCause},
		{"errorMessage", []scope{scopeCause}, fieldCauseMessage, scopeNone},
		{"path", line, fieldTraceLine, scopeNone},
		{"line", line, fieldTraceLine, scopeNone},
		{"label", line, fieldTraceLine, scopeNone},

		// The error details of a checksum task.
		{"failureMessage", []scope{scopeTask}, fieldMessage, scopeNone},
		{"errorCode", []scope{scopeTask}, fieldErrorCode, scopeNone},
	}
}

// meaning is what a key means in a scope.
type meaning struct {
	field fieldID
	child scope
}

// meanings are the names by scope.
var meanings = func() (all [numScopes]map[string]meaning) {
	for s := range all {
		all[s] = map[string]meaning{}
	}
	for _, n := range names() {
		for _, s := range n.in {
			all[s][n.key] = meaning{n.field, n.child}
		}
	}
	return all
}()

// lookup returns what the value of a key fills, and the scope of the value if it is
// an object or a list.
func lookup(s scope, key []byte) (fieldID, scope) {
	if s != scopeHeaders {
		m := meanings[s][string(key)]
		return m.field, m.child
	}
	var lower [len("x-amz-copy-source-version-id")]byte
	if len(key) > len(lower) {
		return fieldNone, scopeNone
	}
	for i, c := range key {
		lower[i] = scan.ToLower(c)
	}
	m := meanings[s][string(lower[:len(key)])]
	return m.field, m.child
}

// element returns what the elements of a list in that scope fill.
func element(s scope) (fieldID, scope) {
	switch s {
	case scopeTrace:
		return fieldTrace, scopeTraceLine
	case scopeTraceLine:
		return fieldTraceLine, scopeNone
	case scopeErrors:
		return fieldNone, scopeError
	}
	return fieldNone, scopeNone
}
