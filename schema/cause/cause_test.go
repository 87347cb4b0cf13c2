package cause_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchreport/schema/cause"
	"batchreport/schema/message"
)

// row is a row that failed and was seen somewhere.
type row struct {
	Rule           string // that must explain it; empty where that is not said
	ErrorCode      string `json:"error_code"`
	HTTPStatusCode string `json:"http_status_code"`
	Status         string // where it is not said otherwise that the row failed
	Message        string
	Source         string
}

// failure splits the message of a row as the table has it.
func (r *row) failure() cause.Failure {
	var m message.Message
	message.NewParser(nil).Parse(&m, []byte(r.Message), message.Row{})
	f := cause.Failure{
		ErrorCode: r.ErrorCode, HTTPStatusCode: r.HTTPStatusCode,
		Service: string(m.Service), ServiceErrorCode: string(m.ServiceErrorCode),
		DeniedAction: string(m.DeniedAction), ErrorType: string(m.ErrorType), Template: string(m.Template),
	}
	if m.ServiceStatusCode.Valid {
		f.ServiceStatusCode = strconv.Itoa(int(m.ServiceStatusCode.Value))
	}
	return f
}

// lines reads a file of a JSON object on each line.
func lines(t *testing.T, name string) (rows []row) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for s := bufio.NewScanner(file); s.Scan(); {
		var r row
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// observed returns all rows that failed of testdata.
func observed(t *testing.T) (rows []row) {
	t.Helper()
	file, err := os.Open("../../testdata/reports/observed-rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r[3] == "failed" {
			rows = append(rows, row{ErrorCode: r[5], HTTPStatusCode: r[4], Message: r[6], Source: r[7]})
		}
	}
	return rows
}

// failedCases returns the messages of failures that the tests of package message have, as
// a function that failed would report them.
func failedCases(t *testing.T) (rows []row) {
	t.Helper()
	for _, r := range lines(t, "../../testdata/messages/cases.jsonl") {
		if r.Status == "failed" {
			r.ErrorCode, r.HTTPStatusCode = "PermanentFailure", "200"
			rows = append(rows, r)
		}
	}
	return rows
}

// TestRules: every rule explains a row that was seen, which no rule before it takes.
func TestRules(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	own := lines(t, "testdata/rows.jsonl")
	for _, r := range append(own, observed(t)...) {
		rule := cause.Find(r.failure())
		if rule != nil {
			seen[rule.Name]++
		}
		if r.Rule != "" && (rule == nil || rule.Name != r.Rule) {
			t.Errorf("%+v is explained by %v, want %s", r.failure(), rule, r.Rule)
		}
		if r.Source == "" {
			t.Errorf("%q: where was it seen?", r.Message)
		}
	}
	if len(own) == 0 {
		t.Error("no rows of our own")
	}
	names := map[string]bool{}
	for _, rule := range cause.Rules() {
		if seen[rule.Name] == 0 {
			t.Errorf("%s explains no row that was seen", rule.Name)
		}
		if names[rule.Name] || !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(rule.Name) {
			t.Errorf("%q is no name, or that of two rules", rule.Name)
		}
		names[rule.Name] = true
		why, remedy := rule.Text(cause.Failure{ErrorCode: "Code", ErrorType: "Type"})
		for _, text := range []string{why, remedy} {
			if !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: %q is no sentence", rule.Name, text)
			}
		}
		for _, part := range rule.Templates {
			if part != strings.ToLower(part) {
				t.Errorf("%s: %q is not in lower case, so nothing has it", rule.Name, part)
			}
		}
	}
	if cause.Version() < 1 {
		t.Errorf("version %d", cause.Version())
	}
}

// TestCoverage tells how many rows that were seen no rule explains. A rule that explains
// more makes the number smaller, and none may make it larger.
func TestCoverage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		rows        []row
		unexplained int
	}{
		{"observed-rows.csv", observed(t), 1},
		{"cases.jsonl", failedCases(t), 7}, // that only look like errors, or say nothing
	} {
		var left []string
		for _, r := range tt.rows {
			if cause.Find(r.failure()) == nil {
				left = append(left, r.ErrorCode+": "+r.Message)
			}
		}
		t.Logf("%s: %d of %d rows are not explained", tt.name, len(left), len(tt.rows))
		if len(left) != tt.unexplained {
			t.Errorf("%s: %d rows are not explained, want %d:\n%s", tt.name, len(left), tt.unexplained, strings.Join(left, "\n"))
		}
	}
}

// TestFind: lists are all needed or, with any, one of them; nothing is explained by
// nothing.
func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		failure cause.Failure
		rule    string
	}{
		{"nothing", cause.Failure{}, ""},
		{"a code that nobody knows", cause.Failure{ErrorCode: "PermanentFailure", Template: "no S3 key found in task"}, ""},
		{"an archive", cause.Failure{ErrorCode: "InvalidObjectState"}, "archived"},
		{"no archive", cause.Failure{ErrorCode: "InvalidObjectState", Template: "Restore is not allowed for <key>"}, "not-an-archive"},
		{"the code of the service behind a function", cause.Failure{ErrorCode: "PermanentFailure", ServiceErrorCode: "SlowDown"}, "throttled"},
		{"its status alone", cause.Failure{ErrorCode: "PermanentFailure", ServiceStatusCode: "503"}, "throttled"},
		{"its code rather than its status", cause.Failure{ErrorCode: "PermanentFailure", ServiceErrorCode: "NoSuchUpload", ServiceStatusCode: "404"}, ""},
		{"an action of KMS", cause.Failure{ErrorCode: "AccessDenied", DeniedAction: "kms:GenerateDataKey"}, "kms-denied"},
		{"an action of S3", cause.Failure{ErrorCode: "AccessDenied", DeniedAction: "s3:PutObject"}, "role-lacks-action"},
		{"a code by its end", cause.Failure{ErrorCode: "DstPutTaggingNotPermitted"}, "replication-denied"},
		{"a code by its beginning", cause.Failure{ErrorCode: "PermanentFailure", ServiceErrorCode: "KMS.NotFoundException"}, "kms-key-unusable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if rule := cause.Find(tt.failure); rule != nil {
				got = rule.Name
			}
			if got != tt.rule {
				t.Errorf("explained by %q, want %q", got, tt.rule)
			}
		})
	}
	rules := cause.Rules()
	i := slices.IndexFunc(rules, func(r cause.Rule) bool { return r.Name == "kms-denied" })
	if why, _ := rules[i].Text(cause.Failure{DeniedAction: "kms:Decrypt"}); !strings.Contains(why, "kms:Decrypt") {
		t.Errorf("got %s", why)
	}
}
