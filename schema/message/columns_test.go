package message

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"batchreport/schema"
)

// splitCase is a message and the columns that it fills: a line each, name and
// value, in the order of the table, nulls left out, result_template too.
type splitCase struct {
	name    string
	message string
	want    string
}

func testSplit(t *testing.T, cases []splitCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var m Message
			NewParser(nil).Parse(&m, []byte(c.message), Row{})
			m.Template = nil
			got := describe(&m)
			if want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", ""); got != strings.TrimSpace(want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", c.message, got, want)
			}
		})
	}
}

// describe writes the columns that are not null.
func describe(m *Message) string {
	var b strings.Builder
	for _, c := range columns(m) {
		fmt.Fprintf(&b, "%s: %s\n", c.column, c.value)
	}
	return strings.TrimSpace(b.String())
}

// columnsOf returns the columns that are not null, by name.
func columnsOf(m *Message) map[string]string {
	byName := map[string]string{}
	for _, c := range columns(m) {
		byName[c.column.String()] = c.value
	}
	return byName
}

// columnValue is a column that is not null.
type columnValue struct {
	column schema.Column
	value  string
}

// columns returns the columns that are not null, in the order of the table.
func columns(m *Message) (all []columnValue) {
	line := func(c schema.Column, valid bool, value any) {
		if valid {
			all = append(all, columnValue{c, fmt.Sprint(value)})
		}
	}
	text := func(c schema.Column, value []byte) { line(c, value != nil, string(value)) }
	moment := func(c schema.Column, t schema.Time) {
		line(c, t.Valid, time.UnixMilli(t.Millis).UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	text(schema.ResultKind, []byte(m.Kind.String()))
	text(schema.ResultText, m.Text)
	text(schema.ResultTemplate, m.Template)
	text(schema.ResultJSON, m.JSON)
	text(schema.Service, m.Service)
	text(schema.Operation, m.Operation)
	text(schema.ServiceErrorCode, m.ServiceErrorCode)
	line(schema.ServiceStatusCode, m.ServiceStatusCode.Valid, m.ServiceStatusCode.Value)
	text(schema.RequestID, m.RequestID)
	text(schema.ExtendedRequestID, m.ExtendedRequestID)
	line(schema.Attempts, m.Attempts.Valid, m.Attempts.Value)
	text(schema.DeniedPrincipal, m.DeniedPrincipal)
	text(schema.DeniedAction, m.DeniedAction)
	text(schema.DeniedResource, m.DeniedResource)
	text(schema.ErrorType, m.ErrorType)
	text(schema.StackTrace, m.StackTrace)
	text(schema.LambdaRequestID, m.LambdaRequestID)
	line(schema.TimeoutSeconds, m.TimeoutSeconds.Valid, m.TimeoutSeconds.Value)
	moment(schema.OccurredAt, m.OccurredAt)
	text(schema.TaskID, m.TaskID)
	text(schema.ETag, m.ETag)
	text(schema.CopiedVersionID, m.CopiedVersionID)
	text(schema.CopySourceVersionID, m.CopySourceVersionID)
	moment(schema.LastModified, m.LastModified)
	text(schema.ChecksumAlgorithm, m.ChecksumAlgorithm)
	text(schema.ChecksumType, m.ChecksumType)
	text(schema.ChecksumBase64, m.ChecksumBase64)
	text(schema.ChecksumHex, m.ChecksumHex)
	return all
}
