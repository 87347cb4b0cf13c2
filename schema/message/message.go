package message

import (
	"bytes"

	"batchreport/schema"
)

// Kind is the form of a ResultMessage.
type Kind uint8

// The kinds of ResultMessages. SDKv1 and SDKv2 are Java's, other SDKs are named by
// language and version, and Text is whatever no form takes.
const (
	KindEmpty Kind = iota
	KindStatus
	KindJSON
	KindPython
	KindLambdaError
	KindTaskError
	KindSDKv1
	KindSDKv2
	KindBotocore
	KindSDKGoV1
	KindSDKGoV2
	KindSDKJSv2
	KindSDKJSv3
	KindSDKNET
	KindSDKPHP
	KindSDKRuby
	KindSDKRust
	KindXML
	KindText
)

var kindNames = [...]string{
	"empty", "status", "json", "python", "lambda_error", "task_error", "sdk_v1", "sdk_v2", "botocore",
	"sdk_go_v1", "sdk_go_v2", "sdk_js_v2", "sdk_js_v3", "sdk_net_v3", "sdk_php_v3", "sdk_ruby_v3", "sdk_rust_v1", "xml", "text",
}

// String returns the kind as it stands in the column result_kind.
func (k Kind) String() string { return kindNames[k] }

// Prefix returns what stands in every message of the kind before the JSON
// payload; empty for kinds that have none. Where Prefix plus Message.JSON is
// the message byte for byte, the message needs no copy of its own.
func (k Kind) Prefix() string {
	switch k {
	case KindLambdaError:
		return "Lambda returned function error: "
	case KindTaskError:
		return "error details: "
	default:
		return ""
	}
}

// Message is a ResultMessage split into the columns of the output table. A nil
// slice is null, an empty one an empty string: only Text, StackTrace and
// Template can be empty, since an empty id or code is no value. The slices are
// views of the message or of the parser's scratch memory: they hold until the
// next Parse. A field is UTF-8 where its part of the message is.
type Message struct {
	Kind Kind

	// Text is the sentence for people: of KindLambdaError the errorMessage, of
	// KindTaskError the failureMessage, both without time and ids before it,
	// and of an SDK's error what the SDK wrote its own around. It is the message
	// of KindStatus and KindText, and of KindJSON and KindPython that of the error
	// which the payload is, null where it is none.
	Text []byte
	// Template is Text with what differs from row to row masked.
	Template []byte
	// JSON is the message, or what follows Kind.Prefix, byte for byte; of
	// KindPython, compact JSON that says the same. Where the message is a JSON
	// string that holds a document, JSON is that document.
	JSON []byte

	// What an AWS SDK, botocore or ResponseMetadata says, also within a
	// Lambda's errorMessage or its cause.
	Service           []byte
	Operation         []byte
	ServiceErrorCode  []byte
	ServiceStatusCode schema.Int
	RequestID         []byte
	ExtendedRequestID []byte
	Attempts          schema.Int // requests sent, the first included

	// What "User: … is not authorized to perform: … on resource: …" says.
	DeniedPrincipal []byte
	DeniedAction    []byte
	DeniedResource  []byte

	// What the Lambda service says. StackTrace has an entry of stackTrace or
	// trace a line; entries that are lists have commas between their parts.
	// The cause is in JSON only.
	ErrorType       []byte
	StackTrace      []byte
	LambdaRequestID []byte
	TimeoutSeconds  schema.Float
	OccurredAt      schema.Time // before a time-out, or the response's date header
	TaskID          []byte

	// What a copy or a checksum job returns. ETag has no quotes.
	ETag                []byte
	CopiedVersionID     []byte
	CopySourceVersionID []byte
	LastModified        schema.Time // a time without zone counts as UTC
	ChecksumAlgorithm   []byte
	ChecksumType        []byte
	ChecksumBase64      []byte
	ChecksumHex         []byte
}

// Row holds the fields of a message's own row that its template masks.
// Key is the decoded key.
type Row struct {
	Bucket, Key, VersionID []byte
}

// NumKinds is the number of kinds.
const NumKinds = int(KindText) + 1

// Rebuilds reports whether the message that m was split from is the kind's
// Prefix and JSON, byte for byte, so that a row need not keep it.
func (m *Message) Rebuilds(message []byte) bool {
	if m.Kind == KindEmpty {
		return len(message) == 0
	}
	rest, ok := bytes.CutPrefix(message, []byte(m.Kind.Prefix()))
	return ok && m.JSON != nil && bytes.Equal(rest, m.JSON)
}
