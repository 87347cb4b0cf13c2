package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
)

// Version is the version of the output table: it changes whenever a column is
// added, removed or gets another type or meaning. It is stored in every file and in
// the commit record. Tables of older versions stay what they are: see Since.
const Version = 3

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
	FinalStatus
	AttemptsTotal
	FirstFailedAt
	LastJobID
	SucceededInJob
	Cause
	Retryable
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
	DeniedPrincipal
	DeniedAction
	DeniedResource
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

	// ObjectID, RawKey and JobNumber are no columns of a table, but of the rows from
	// which one is made: what AppendObject makes of the row's object; Key as it stands,
	// where encoding it does not give it back; and which of several jobs the row is of.
	ObjectID
	RawKey
	JobNumber

	// NumColumns is the number of identifiers above.
	NumColumns = int(JobNumber) + 1
)

// The Arrow types of the output. Timestamps count microseconds, though all are whole
// milliseconds: Delta and Trino's Iceberg take no other unit, and what reads Parquet takes
// it too. Before version 3 they counted milliseconds. Dictionaries are for values that
// repeat.
var (
	text       arrow.DataType = arrow.BinaryTypes.String
	dictionary arrow.DataType = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	timestamp  arrow.DataType = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	int32s     arrow.DataType = arrow.PrimitiveTypes.Int32
	int64s     arrow.DataType = arrow.PrimitiveTypes.Int64
	float64s   arrow.DataType = arrow.PrimitiveTypes.Float64
)

var columns = [NumColumns]struct {
	name     string
	datatype arrow.DataType
	about    string // where its values are from
}{
	JobID:               {"job_id", text, "the job's uuid, by the path of the result file"},
	ReportCreatedAt:     {"report_created_at", timestamp, "ReportCreationDate of the manifest"},
	ReportFile:          {"report_file", dictionary, "the result file's key, as in the manifest"},
	ReportRow:           {"report_row", int64s, "the record's number in that file, from 1"},
	Bucket:              {"bucket", dictionary, "Bucket"},
	Key:                 {"key", text, "Key, decoded"},
	KeyEncoded:          {"key_encoded", text, "the key as written in the report, where encoding key again would give another text"},
	VersionID:           {"version_id", text, "VersionId"},
	TaskStatus:          {"task_status", dictionary, "TaskStatus, in lower case"},
	FinalStatus:         {"final_status", dictionary, "failed or succeeded, by the last job that has the object"},
	AttemptsTotal:       {"attempts_total", int64s, "the number of the object's rows over all jobs"},
	FirstFailedAt:       {"first_failed_at", timestamp, "occurred_at of its first failure or, where that is not known, report_created_at"},
	LastJobID:           {"last_job_id", text, "the last job that has it"},
	SucceededInJob:      {"succeeded_in_job", text, "the job in which it succeeded, if it has not failed since"},
	Cause:               {"cause", dictionary, "why it failed, by the rules of the program"},
	Retryable:           {"retryable", dictionary, "true where the same task can succeed when it is run again, else false"},
	ErrorCode:           {"error_code", dictionary, "ErrorCode"},
	HTTPStatusCode:      {"http_status_code", int32s, "HTTPStatusCode"},
	ResultKind:          {"result_kind", dictionary, "the form of ResultMessage: json, python, sdk_v2, lambda_error, ..."},
	ResultText:          {"result_text", text, "the sentence for people in ResultMessage"},
	ResultTemplate:      {"result_template", dictionary, "result_text with what varies masked, for GROUP BY"},
	ResultJSON:          {"result_json", text, "the JSON, or Python as JSON, in ResultMessage"},
	ResultMessage:       {"result_message", text, "ResultMessage as it stands; see --raw-message"},
	InvalidUTF8:         {"invalid_utf8", text, "fields that are not UTF-8, as JSON of column and base64"},
	Service:             {"service", dictionary, "the service that an AWS SDK's error names"},
	Operation:           {"operation", dictionary, "the operation that an AWS SDK's error names"},
	ServiceErrorCode:    {"service_error_code", dictionary, "the error code of the service, in ResultMessage"},
	ServiceStatusCode:   {"service_status_code", int32s, "the HTTP status of the service, in ResultMessage"},
	RequestID:           {"request_id", text, "the request id in ResultMessage"},
	ExtendedRequestID:   {"extended_request_id", text, "the extended (host) request id in ResultMessage"},
	Attempts:            {"attempts", int32s, "how often the request was tried, by ResultMessage"},
	DeniedPrincipal:     {"denied_principal", text, "who was refused, by \"User: ... is not authorized\""},
	DeniedAction:        {"denied_action", dictionary, "the action that was refused, as s3:GetObject"},
	DeniedResource:      {"denied_resource", text, "the resource that it was refused on"},
	ErrorType:           {"error_type", dictionary, "the class of a Lambda function's or an SDK's error"},
	StackTrace:          {"stack_trace", text, "the stack trace of such an error, one line an entry"},
	LambdaRequestID:     {"lambda_request_id", text, "the request id of a Lambda function's error"},
	TimeoutSeconds:      {"timeout_seconds", float64s, "N of \"Task timed out after N seconds\""},
	OccurredAt:          {"occurred_at", timestamp, "when it happened, by ResultMessage"},
	TaskID:              {"task_id", text, "the task's id in ResultMessage"},
	ETag:                {"etag", text, "the ETag in a copy's or a checksum's answer"},
	CopiedVersionID:     {"copied_version_id", text, "the version that a copy made"},
	CopySourceVersionID: {"copy_source_version_id", text, "the version that was copied"},
	LastModified:        {"last_modified", timestamp, "LastModified in a copy's answer"},
	ChecksumAlgorithm:   {"checksum_algorithm", dictionary, "the algorithm of a checksum"},
	ChecksumType:        {"checksum_type", dictionary, "the type of a checksum: FULL_OBJECT or COMPOSITE"},
	ChecksumBase64:      {"checksum_base64", text, "a checksum in base64"},
	ChecksumHex:         {"checksum_hex", text, "a checksum in hexadecimal digits"},
	ReportDate:          {"report_date", dictionary, "the UTC date of report_created_at; for --partition-by only"},
	ObjectID:            {"object_id", text, "what tells the object from all others"},
	RawKey:              {"raw_key", text, "Key as it stands, where encoding it does not give it back"},
	JobNumber:           {"job_number", int32s, "which of several jobs it is"},
}

// String returns the column's name as it stands in the output.
func (c Column) String() string { return columns[c].name }

// Type returns the column's Arrow type.
func (c Column) Type() arrow.DataType { return columns[c].datatype }

// About says where the column's values are from, in a few words.
func (c Column) About() string { return columns[c].about }

// Since returns the Version that was the first to have the column.
func (c Column) Since() int {
	switch c {
	case DeniedPrincipal, DeniedAction, DeniedResource:
		return 2
	}
	return 1
}

// AllColumns returns the columns of the table in order, without ReportDate.
func AllColumns() []Column {
	all := make([]Column, 0, NumColumns)
	for c := range ReportDate {
		if c < FinalStatus || c > Retryable {
			all = append(all, c)
		}
	}
	return all
}

// OutcomeColumns returns the columns of a table that has one row for each object over
// several jobs, in order: those of the row that decides, without what says where in a
// report that is, and those that only such a table has.
func OutcomeColumns() []Column {
	all := []Column{Bucket, Key, KeyEncoded, VersionID}
	for c := FinalStatus; c < ReportDate; c++ {
		all = append(all, c)
	}
	return all
}

// knownColumns are all that a table of either kind has in its files or its path.
func knownColumns() []Column {
	all := make([]Column, 0, NumColumns)
	for c := range ReportDate + 1 {
		all = append(all, c)
	}
	return all
}

// PartitionColumns returns the columns that a table can be partitioned by.
func PartitionColumns() []Column {
	return []Column{JobID, TaskStatus, ErrorCode, Bucket, HTTPStatusCode, ResultKind, ReportDate}
}

// ParseColumn returns the column of that name among those given, or a *ColumnError.
func ParseColumn(name string, among []Column) (Column, error) {
	for _, c := range among {
		if c.String() == name {
			return c, nil
		}
	}
	e := &ColumnError{Name: name}
	for _, c := range among {
		e.Among = append(e.Among, c.String())
	}
	return 0, e
}

// ColumnError says that a name is that of no column.
type ColumnError struct {
	Name  string
	Among []string // the names that can be chosen from
}

// Error names the column that was most likely meant, and all that can be chosen from
// where they are few.
func (e *ColumnError) Error() string {
	const few = 10
	list := ""
	if len(e.Among) <= few {
		list = ": one of " + strings.Join(e.Among, ", ")
	}
	return fmt.Sprintf("no column %q%s%s", e.Name, list, DidYouMean(e.Name, e.Among...))
}

// Arrow returns the Arrow schema of a table of these columns, all nullable, in
// the table's order whatever the order given, and of the extracted ones behind them. An
// extract that was not parsed has no type; its column is of strings.
func Arrow(cols []Column, extracts ...Extract) *arrow.Schema {
	sorted := slices.Clone(cols)
	slices.Sort(sorted)
	fields := make([]arrow.Field, 0, len(sorted))
	for _, c := range slices.Compact(sorted) {
		fields = append(fields, arrow.Field{Name: c.String(), Type: c.Type(), Nullable: true})
	}
	for _, e := range extracts {
		datatype := e.Type
		if datatype == nil {
			datatype = text
		}
		fields = append(fields, arrow.Field{Name: e.Name, Type: datatype, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// MarshalText returns the column's name.
func (c Column) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText takes the name of a column.
func (c *Column) UnmarshalText(name []byte) error {
	parsed, err := ParseColumn(string(name), knownColumns())
	*c = parsed
	return err
}
