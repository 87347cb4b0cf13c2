package schema

// Kind is the form of a ResultMessage.
type Kind uint8

// The forms of a ResultMessage. Text is whatever no other form takes.
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
	KindText
)

var kindNames = [...]string{"empty", "status", "json", "python", "lambda_error", "task_error", "sdk_v1", "sdk_v2", "botocore", "text"}

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

// Int is an integer that may be absent.
type Int struct {
	Value int32
	Valid bool
}

// Float is a number that may be absent.
type Float struct {
	Value float64
	Valid bool
}

// Time is a point in time in milliseconds since 1970 UTC, truncated, that may be absent.
type Time struct {
	Millis int64
	Valid  bool
}

// Message is a ResultMessage split into the columns of the output table. A nil
// slice is null, an empty one an empty string. The slices are views of the
// message or of the parser's scratch memory: they hold until the next Parse.
type Message struct {
	Kind     Kind
	Text     []byte // result_text
	Template []byte // result_template
	JSON     []byte // result_json

	Service           []byte
	Operation         []byte
	ServiceErrorCode  []byte
	ServiceStatusCode Int
	RequestID         []byte
	ExtendedRequestID []byte
	Attempts          Int

	ErrorType       []byte
	StackTrace      []byte
	LambdaRequestID []byte
	TimeoutSeconds  Float
	OccurredAt      Time
	TaskID          []byte

	ETag                []byte
	CopiedVersionID     []byte
	CopySourceVersionID []byte
	LastModified        Time
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
