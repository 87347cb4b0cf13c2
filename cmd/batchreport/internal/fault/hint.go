package fault

import (
	"errors"
	"strings"

	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// isColumns reports whether a row cannot be read for the number of its columns.
func isColumns(reason string) bool { return strings.HasSuffix(reason, " instead of 7") }

// Hint returns what the user can do about an error; it is empty where that is not known.
func Hint(err error) string {
	var (
		usage *Usage
		row   *ledger.RowError
		held  *ledger.HeldError
		store *storage.Error
		spill *convert.SpillError
		wrong *storage.AddressError
		retry *UnkeptRow
		made  *plan.Error
		own   *Hinted
		tasks *convert.UnfinishedError
		none  *schema.ColumnError
		empty *stdio.EmptyError
	)
	switch {
	case errors.As(err, &own):
		return own.Hint
	case errors.As(err, &empty):
		return empty.Hint()
	case errors.As(err, &wrong):
		return wrong.Hint
	case errors.As(err, &usage) && usage.Hint != "":
		return usage.Hint
	case errors.As(err, &none):
		return "batchreport help columns lists the columns"
	case errors.As(err, &usage) && usage.Command == "":
		return "batchreport help lists the commands"
	case errors.As(err, &usage):
		return "batchreport " + usage.Command + " --help lists the flags"
	case errors.As(err, &tasks):
		return "batchreport task --plan FILE --index N runs one, with --force where commit has it; commit --wait TIME waits for those that run elsewhere"
	case errors.As(err, &made):
		return made.Hint
	case errors.As(err, &spill):
		return "--temp-dir names a folder with more room; smaller tasks, by --task-size, need less"
	case errors.As(err, &row) && row.Row == 1 && isColumns(row.Reason):
		return "a report's CSV has seven columns and no header: that of another program is none, nor is the manifest that a job was made from"
	case errors.As(err, &row) && row.Row == 1 && strings.HasPrefix(row.Reason, `TaskStatus "TaskStatus"`):
		return "the first line is a header, which S3 does not write: take it away, as by tail -n +2"
	case errors.As(err, &row) && strings.HasSuffix(row.Reason, " for floats"):
		return "get the file from S3 again, or read it as text before it is written: pandas.read_csv(..., dtype=str, keep_default_na=False)"
	case errors.As(err, &row) && strings.HasSuffix(row.Reason, " LF or CRLF"):
		return `some programs end lines in CR alone: tr '\r' '\n' makes lines of LF of them`
	case errors.As(err, &row) && errors.As(err, &retry):
		return "--max-rejects N goes on where a job has up to N such rows, each of which may be that of an object that failed"
	case errors.As(err, &row):
		return "--max-rejects N keeps up to N such rows in a rejects file and converts the others"
	case errors.Is(err, storage.ErrUnknown):
		return "run the same command again: it finds out what became of it, and goes on"
	case errors.As(err, &held):
		return "what " + held.Program + " made of the job is the table now; run the same command again to replace it"
	case errors.As(err, &store):
		return store.Hint
	default:
		return ""
	}
}
