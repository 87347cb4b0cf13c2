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
	Unknown     Kind = "unknown"    // no record lists it, and Athena and Spark read it as data
	Hidden      Kind = "hidden"     // no record lists it; they pass over it, and patterns find it
	BadRecord   Kind = "record"     // a commit record is damaged, was edited, or contradicts itself
	Twice       Kind = "twice"      // two jobs have a result file in common, so that its rows are there twice
	Unfinished  Kind = "unfinished" // a commit is under way or was cut off
	WrongLog    Kind = "log"        // the Delta log does not list what the records list
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
	// Kept counts files of older records that stay for readers of the Delta table.
	Kept int64 `json:"kept,omitempty"`
	// Findings are ordered by object.
	Findings []Finding `json:"findings"`
	// Repair says, for each kind that was found, what to do.
	Repair map[Kind]string `json:"repair,omitempty"`
}

// repair says what to do about findings of the kind.
func (k Kind) repair() string {
	switch k {
	case Unknown:
		return "delete it or move it out of DEST, or its rows are read; if it is a part of a job whose commit record is lost, convert the job again"
	case Hidden:
		return "delete it or move it out of DEST, or some readers read its rows"
	case BadRecord:
		return "move it away, convert its job again with the same flags, and verify again"
	case Unfinished:
		return "run the same convert or commit again, which finishes it, and verify again"
	case WrongLog:
		return "let `batchreport delta DEST` bring the log to what the records say; if that is not enough, move _delta_log out of DEST first, so that it writes another"
	default:
		return "convert its job again with the same flags, and with --force where that says unchanged"
	}
}
