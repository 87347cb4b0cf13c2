package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
)

// Version is the version of the output table: it changes whenever a column is
// added, removed or gets another meaning. It is stored in every file and in the
// commit record.
const Version = 1

// Column identifies a column of the output table. The order of the constants is
// the order of the columns in every file.
type Column uint8

// The columns of the output table.
const (
	JobID Column = iota
	ReportCreatedAt
	ReportFile
	ReportRow
	Bucket
	Key
	KeyEncoded
	VersionID
	TaskStatus
	ErrorCode
	HTTPStatusCode
	ResultKind
	ResultText
	ResultTemplate
	ResultJSON
	ResultMessage
	InvalidUTF8
	Service
	Operation
	ServiceErrorCode
	ServiceStatusCode
	RequestID
	ExtendedRequestID
	Attempts
	ErrorType
	StackTrace
	LambdaRequestID
	TimeoutSeconds
	OccurredAt
	TaskID
	ETag
	CopiedVersionID
	CopySourceVersionID
	LastModified
	ChecksumAlgorithm
	ChecksumType
	ChecksumBase64
	ChecksumHex

	// ReportDate is no column of the table but can partition it: the UTC date
	// of report_created_at as YYYY-MM-DD.
	ReportDate

	// NumColumns is the number of identifiers above.
	NumColumns = int(ReportDate) + 1
)

// The Arrow types of the output. Timestamps are milliseconds because Athena and
// Glue handle no more; dictionaries are for values that repeat.
var (
	text       arrow.DataType = arrow.BinaryTypes.String
	dictionary arrow.DataType = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	timestamp  arrow.DataType = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
	int32s     arrow.DataType = arrow.PrimitiveTypes.Int32
	int64s     arrow.DataType = arrow.PrimitiveTypes.Int64
	float64s   arrow.DataType = arrow.PrimitiveTypes.Float64
)

var columns = [NumColumns]struct {
	name     string
	datatype arrow.DataType
}{
	JobID:               {"job_id", text},
	ReportCreatedAt:     {"report_created_at", timestamp},
	ReportFile:          {"report_file", dictionary},
	ReportRow:           {"report_row", int64s},
	Bucket:              {"bucket", dictionary},
	Key:                 {"key", text},
	KeyEncoded:          {"key_encoded", text},
	VersionID:           {"version_id", text},
	TaskStatus:          {"task_status", dictionary},
	ErrorCode:           {"error_code", dictionary},
	HTTPStatusCode:      {"http_status_code", int32s},
	ResultKind:          {"result_kind", dictionary},
	ResultText:          {"result_text", text},
	ResultTemplate:      {"result_template", dictionary},
	ResultJSON:          {"result_json", text},
	ResultMessage:       {"result_message", text},
	InvalidUTF8:         {"invalid_utf8", text},
	Service:             {"service", dictionary},
	Operation:           {"operation", dictionary},
	ServiceErrorCode:    {"service_error_code", dictionary},
	ServiceStatusCode:   {"service_status_code", int32s},
	RequestID:           {"request_id", text},
	ExtendedRequestID:   {"extended_request_id", text},
	Attempts:            {"attempts", int32s},
	ErrorType:           {"error_type", dictionary},
	StackTrace:          {"stack_trace", text},
	LambdaRequestID:     {"lambda_request_id", text},
	TimeoutSeconds:      {"timeout_seconds", float64s},
	OccurredAt:          {"occurred_at", timestamp},
	TaskID:              {"task_id", text},
	ETag:                {"etag", text},
	CopiedVersionID:     {"copied_version_id", text},
	CopySourceVersionID: {"copy_source_version_id", text},
	LastModified:        {"last_modified", timestamp},
	ChecksumAlgorithm:   {"checksum_algorithm", dictionary},
	ChecksumType:        {"checksum_type", dictionary},
	ChecksumBase64:      {"checksum_base64", text},
	ChecksumHex:         {"checksum_hex", text},
	ReportDate:          {"report_date", dictionary},
}

// String returns the column's name as it stands in the output.
func (c Column) String() string { return columns[c].name }

// Type returns the column's Arrow type.
func (c Column) Type() arrow.DataType { return columns[c].datatype }

// AllColumns returns the columns of the table in order, without ReportDate.
func AllColumns() []Column {
	all := make([]Column, 0, NumColumns)
	for c := range Column(NumColumns) {
		if c != ReportDate {
			all = append(all, c)
		}
	}
	return all
}

// PartitionColumns returns the columns that a table can be partitioned by.
func PartitionColumns() []Column {
	return []Column{JobID, TaskStatus, ErrorCode, Bucket, HTTPStatusCode, ResultKind, ReportDate}
}

// ParseColumn returns the column of that name among those given; the error
// lists what can be chosen from.
func ParseColumn(name string, among []Column) (Column, error) {
	for _, c := range among {
		if c.String() == name {
			return c, nil
		}
	}
	names := make([]string, len(among))
	for i, c := range among {
		names[i] = c.String()
	}
	return 0, fmt.Errorf("no column %q: one of %s", name, strings.Join(names, ", "))
}

// Arrow returns the Arrow schema of a table of these columns, all nullable, in
// the table's order whatever the order given, and of the extracted ones behind them.
func Arrow(cols []Column, extracts ...Extract) *arrow.Schema {
	sorted := slices.Clone(cols)
	slices.Sort(sorted)
	fields := make([]arrow.Field, 0, len(sorted))
	for _, c := range slices.Compact(sorted) {
		fields = append(fields, arrow.Field{Name: c.String(), Type: c.Type(), Nullable: true})
	}
	for _, e := range extracts {
		fields = append(fields, arrow.Field{Name: e.Name, Type: e.Type, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// MarshalText returns the column's name.
func (c Column) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText takes the name of a column.
func (c *Column) UnmarshalText(name []byte) error {
	parsed, err := ParseColumn(string(name), append(AllColumns(), ReportDate))
	*c = parsed
	return err
}
