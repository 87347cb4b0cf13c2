package ledger

import (
	"errors"
	"fmt"

	"batchreport/convert/delta"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// deltaColumns returns the columns of a record's files and of their path.
func (r *Record) deltaColumns() []delta.Column { return columnsOf(r.Columns, r.Options) }

func columnsOf(files []RecordColumn, spec table.Spec) []delta.Column {
	var columns []delta.Column
	for _, c := range files {
		columns = append(columns, delta.Column(c))
	}
	for _, c := range spec.PartitionBy {
		columns = append(columns, delta.Column{Name: c.String(), Type: c.Type().String()})
	}
	return columns
}

// partitionNames returns the names of the columns of the path.
func partitionNames(spec table.Spec) []string {
	names := []string{}
	for _, c := range spec.PartitionBy {
		names = append(names, c.String())
	}
	return names
}

// checkLoggable reports why the parts of a record cannot be listed in a log, of which
// this is the state.
func (r *Record) checkLoggable(dest string, s *delta.State) error {
	if len(r.Outputs) == 0 {
		return nil
	}
	return checkLoggable(dest, s, "job "+r.Job, r.Options, r.deltaColumns())
}

// checkLoggable reports why files that are made by that spec and have these columns cannot
// be listed in a log.
func checkLoggable(dest string, s *delta.State, what string, spec table.Spec, columns []delta.Column) error {
	fail := func(err error, hint string) error {
		return &storage.Error{Op: "keep a Delta log of", Name: dest, Err: fmt.Errorf("%s: %w", what, err), Hint: hint}
	}
	if spec.Format == table.NDJSON {
		return fail(errors.New("its files are NDJSON, and a Delta table has Parquet alone"), "convert to Parquet, or into another DEST")
	}
	err := s.Check(columns, partitionNames(spec))
	var partitions *delta.PartitionError
	var milliseconds *delta.MillisecondsError
	switch {
	case errors.As(err, &partitions):
		return fail(err, "convert with the --partition-by that the table has, or into another DEST")
	case errors.As(err, &milliseconds):
		return fail(err, "convert that job again with --force first")
	}
	return err
}
