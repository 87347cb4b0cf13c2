package schema

import (
	"fmt"
	"strings"
	"testing"
	"time"
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
			NewMessageParser(nil).Parse(&m, []byte(c.message), Row{})
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
	line := func(c Column, valid bool, value any) {
		if valid {
			fmt.Fprintf(&b, "%s: %v\n", c, value)
		}
	}
	text := func(c Column, value []byte) { line(c, value != nil, string(value)) }
	moment := func(c Column, t Time) {
		line(c, t.Valid, time.UnixMilli(t.Millis).UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	text(ResultKind, []byte(m.Kind.String()))
	text(ResultText, m.Text)
	text(ResultTemplate, m.Template)
	text(ResultJSON, m.JSON)
	text(Service, m.Service)
	text(Operation, m.Operation)
	text(ServiceErrorCode, m.ServiceErrorCode)
	line(ServiceStatusCode, m.ServiceStatusCode.Valid, m.ServiceStatusCode.Value)
	text(RequestID, m.RequestID)
	text(ExtendedRequestID, m.ExtendedRequestID)
	line(Attempts, m.Attempts.Valid, m.Attempts.Value)
	text(ErrorType, m.ErrorType)
	text(StackTrace, m.StackTrace)
	text(LambdaRequestID, m.LambdaRequestID)
	line(TimeoutSeconds, m.TimeoutSeconds.Valid, m.TimeoutSeconds.Value)
	moment(OccurredAt, m.OccurredAt)
	text(TaskID, m.TaskID)
	text(ETag, m.ETag)
	text(CopiedVersionID, m.CopiedVersionID)
	text(CopySourceVersionID, m.CopySourceVersionID)
	moment(LastModified, m.LastModified)
	text(ChecksumAlgorithm, m.ChecksumAlgorithm)
	text(ChecksumType, m.ChecksumType)
	text(ChecksumBase64, m.ChecksumBase64)
	text(ChecksumHex, m.ChecksumHex)
	return strings.TrimSpace(b.String())
}
