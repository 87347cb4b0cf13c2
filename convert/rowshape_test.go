package convert

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"batchreport/convert/groups"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/storagetest"
)

// What may be an id, a time or a number in a message, whether or not it is taken for a token.
var mayDiffer = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|[A-Z0-9]{16}|[A-Za-z0-9+/=]{20,}|\d+`)

// The lengths of what may be taken for a token.
const (
	uuidLength = len("1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4")
	timeLength = len("2023-03-02T22:49:15.147Z")
	idLength   = len("255PE4D1KA78BMFV")
)

// differing returns a message with other ids, times and numbers of the same form, some of
// them at times.
func differing(r *rand.Rand, msg string) string {
	return mayDiffer.ReplaceAllStringFunc(msg, func(part string) string {
		if r.IntN(3) == 0 || len(part) < idLength && r.IntN(6) > 0 {
			return part
		}
		b := []byte(part)
		for i, c := range b {
			switch {
			case '0' <= c && c <= '9':
				b[i] = '0' + byte(r.IntN(10))
			case len(b) == uuidLength && 'a' <= c && c <= 'f':
				b[i] = "0123456789abcdef"[r.IntN(16)]
			case 'A' <= c && c <= 'Z' && len(b) >= idLength && len(b) != timeLength:
				b[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[r.IntN(36)]
			}
		}
		return string(b)
	})
}

// shapeMessages are messages of all forms, and some in which ids are what they are not
// elsewhere: a code, a number of a payload, a part of the text, the row's own.
func shapeMessages(t *testing.T) (messages []string) {
	t.Helper()
	data, err := os.ReadFile("../testdata/messages/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		var c struct{ Message string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, c.Message)
	}
	const id, uuid, at = "255PE4D1KA78BMFV", "1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4", "2023-03-02T22:49:15.147Z"
	return append(messages,
		"Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: "+id+"; S3 Extended Request ID: "+strings.Repeat("aB3+", 19)+"; Proxy: null)",
		"Request ID: "+id+" was refused", "Request ID: 1234567890123456", `{"Request ID: 1234567890123456":1}`, `{"errorCode":"Request ID: `+id+`"}`,
		"See Request ID: "+id+" of my-bucket (Service: S3, Status Code: 500, Request ID: "+id+")",
		"Denied in my-bucket (Service: S3, Status Code: 403, Request ID: "+id+")", "Denied for my-key-a (Service: S3, Status Code: 403, Request ID: "+id+")",
		"Denied at v0123456789 (Service: S3, Status Code: 403, Request ID: "+id+")",
		"Denied (Service: Amazon S3; Status Code: 403; Error Code: Request ID: "+id+"; Request ID: "+id+")",
		`Lambda returned function error: {"errorMessage":"`+at+` `+uuid+` Task timed out after 3.00 seconds"}`,
		`Lambda returned function error: {"errorMessage":"`+at+`"}`, `Lambda returned function error: {"errorMessage":"`+at+` `+uuid+`"}`,
		`Lambda returned function error: {"errorMessage":"no my-key-a","errorType":"`+uuid+`","requestId":"`+uuid+`"}`,
		`Lambda returned function error: {"errorMessage":"in f, line 12","errorType":"E","requestId":"`+uuid+`","stackTrace":["a, line 31","b, line 7, in c"]}`,
		`Lambda returned function error: {"errorMessage":"x","requestId":"`+uuid+`","errorType":"E, line 12"}`,
		`Lambda returned function error: {"errorMessage":"An error occurred (403) when calling the Get, line 12 operation: no","requestId":"`+uuid+`"}`,
		`Lambda returned function error: {"errorMessage":"x","requestId":"`+uuid+`", line 12}`,
		`Lambda returned function error: {"errorMessage":"v0123456789 is gone","requestId":"`+uuid+`"}`,
		"it is \xff (Service: S3, Status Code: 403, Request ID: "+id+")", "", "plain words", `{"statusCode":403,"code":"AccessDenied","requestId":"`+uuid+`"}`,
	)
}

// TestShapes: rows whose messages are not split, since one of the same shape was, are of
// the groups that they are of where each message is.
func TestShapes(t *testing.T) {
	t.Parallel()
	messages := shapeMessages(t)
	r := rand.New(rand.NewPCG(1, 2))
	var files []reporttest.File
	for _, message := range messages { // each in blocks of its own: in one not many are learned
		var rows strings.Builder
		for try := range 40 {
			bucket, key, version := []string{"my-bucket", "zq7"}[r.IntN(2)], []string{"my-key-a", "my-key-b", "zq8"}[r.IntN(3)], []string{"", "v0123456789", `\N`}[r.IntN(3)]
			if r.IntN(4) == 0 {
				key = "%6D" + key[1:]
			}
			if try > 0 {
				message = differing(r, message)
			}
			status := []string{reporttest.StatusFailed, reporttest.StatusSucceeded}[r.IntN(10)/9]
			rows.WriteString(reporttest.CsvLine(bucket, key, version, status, []string{"200", "403"}[r.IntN(2)], []string{"", "AccessDenied", "AccessDelete"}[r.IntN(3)], message))
		}
		files = append(files, reporttest.File{Status: reporttest.StatusFailed, Data: rows.String()})
	}
	source := storagetest.WriteTree(t, t.TempDir(), reporttest.ReportFiles(t, "", reporttest.JobA, files...))
	for _, by := range [][][]groups.Dimension{
		{groups.ByCause()}, {parsed(t, "result_template")}, {parsed(t, "task_status", "error_type")}, {parsed(t, "result_kind", "service"), groups.ByCause(), parsed(t, "denied_action")},
	} {
		var want *Overview
		for _, rows := range []int{1, 0} { // with a sample of rows each message is split
			v, err := overviewOf(t, []string{source}, 1, 1<<30, rows, by...)
			if err != nil {
				t.Fatal(err)
			}
			v.FailedRows = nil
			if rows > 0 {
				want = v
				continue
			}
			if !reflect.DeepEqual(v, want) {
				t.Errorf("by %v: other groups than where each message is split", by)
				for i, g := range v.Groupings {
					for j := range g.Groups {
						if j < len(want.Groupings[i].Groups) && !reflect.DeepEqual(g.Groups[j], want.Groupings[i].Groups[j]) {
							t.Fatalf("%s: %d rows, want %s: %d", keyOf(g.Groups[j].Values), g.Groups[j].Rows, keyOf(want.Groupings[i].Groups[j].Values), want.Groupings[i].Groups[j].Rows)
						}
					}
				}
			}
		}
	}
}
