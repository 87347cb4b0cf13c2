package page

import "time"

// Page is what is on a page.
type Page struct {
	Program string // that writes it, with its version
	Rules   int    // the version of the rules of causes

	Verdict Verdict
	Jobs    []Job
	Groups  Groups
	By      Groups // others that were asked for
	ByWords string // what those have in common
	Times   Times
	Places  []Place
	Steps   []Step
	Inputs  []Input
	Rejects []Reject // the first of them
	Rows    []Row    // a sample of those that failed

	// Visible returns a text with escapes in place of what nobody would see, and of what
	// changes how the text behind it is shown.
	Visible func(string) string
}

// Verdict is what became of all rows.
type Verdict struct {
	Words                       string // in one sentence
	Succeeded, Failed, Rejected int64
	Notes                       []Note
}

// Note is a sentence.
type Note struct {
	Words string
	Bad   bool
}

// Job is a job that was read, or why it was not.
type Job struct {
	Name         string
	Created      string
	Rows, Failed int64
	Error        string // empty where it was read
}

// Groups are the largest groups, and how many there are beside them.
type Groups struct {
	Shown     []Group
	Others    int64 // at most, where Estimates says so
	Rows      int64 // of the others
	Estimates bool
}

// Group is rows that failed for one cause, or have something else in common.
type Group struct {
	Rows      int64
	Estimate  bool   // there may be more rows
	Share     string // of the rows that failed
	Title     string
	Message   string
	Cause     string // its name; empty where none is known
	Why       string
	Remedy    string
	Retryable bool
	Sample    string // the address of an object
	RequestID string
}

// Times are when rows failed.
type Times struct {
	Points []Point       // of different times or codes
	Unit   time.Duration // their times are multiples of it
	Words  string        // of what rows the points are
}

// Point is rows that failed in a span of time, by their code.
type Point struct {
	Time time.Time // its begin
	Code string
	Rows int64
}

// Place is where rows failed: a bucket or, behind it, a prefix of keys. Those below a
// place follow it.
type Place struct {
	Level int // 0 for a bucket
	Name  string
	Rows  int64
	Share string
	// Others says how many places the line is for, where it is not for one.
	Others string
}

// Step is what can be done.
type Step struct {
	Title string
	Words string
	Code  string
}

// Input is a result file.
type Input struct {
	File           string
	Rows, Rejected int64
	Size           string
	MD5            string
	Verified       string
}

// Reject is a row that cannot be read.
type Reject struct{ Place, Reason string }

// Row is a row that failed. Its values are in the order of RowColumns.
type Row []string

// RowColumns returns the columns of rows, by the names that they have in the table.
func RowColumns() []string {
	return []string{"bucket", "key", "version_id", "error_code", "http_status_code", "service_error_code", "cause", "result_text", "request_id", "occurred_at"}
}
