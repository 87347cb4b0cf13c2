package verify

// Kind says what is wrong with an object.
type Kind string

// The kinds of findings.
const (
	Missing     Kind = "missing"    // a record lists it, and it is not there
	WrongSize   Kind = "size"       // it has another number of bytes than its record says
	Damaged     Kind = "damaged"    // it has other bytes
	WrongFooter Kind = "footer"     // its Parquet footer has other rows or columns
	WrongLines  Kind = "lines"      // it has another number of lines
	Unknown     Kind = "unknown"    // a file of data that no record lists
	BadRecord   Kind = "record"     // a commit record is damaged, was edited, or contradicts itself
	Twice       Kind = "twice"      // two jobs have a result file in common, so that its rows are there twice
	Unfinished  Kind = "unfinished" // a commit is under way or was cut off
)

// Finding is something that is not as the commit records say it is.
type Finding struct {
	Job     string `json:"job,omitempty"` // empty where no record knows the object
	Object  string `json:"object"`        // its address
	Kind    Kind   `json:"kind"`
	Message string `json:"message"`
}

// Result is what [Table] found.
type Result struct {
	Jobs  int64 `json:"jobs"`  // that are committed
	Files int64 `json:"files"` // that are as their records say, those of rejects too
	Rows  int64 `json:"rows"`  // in the parts among them
	Bytes int64 `json:"bytes"` // in all of them
	// Findings are ordered by object.
	Findings []Finding `json:"findings"`
}
