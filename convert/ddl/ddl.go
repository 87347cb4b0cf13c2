package ddl

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
)

// Dialect is the reader that DDL writes for.
type Dialect string

// The readers that DDL writes for.
const (
	Athena Dialect = "athena"
	DuckDB Dialect = "duckdb"
	Spark  Dialect = "spark"
)

// Projection is how Athena learns of partitions.
type Projection string

// The ways Athena learns of partitions.
const (
	// ProjectionNone registers each of them.
	ProjectionNone Projection = "none"
	// ProjectionEnum has Athena try every combination of the values there are.
	ProjectionEnum Projection = "enum"
	// ProjectionInjected has Athena take job_id from the query, which must name
	// it, and the other columns as ProjectionEnum does.
	ProjectionInjected Projection = "injected"
)

// DefaultTable is the name of the table where none is given.
const DefaultTable = "batch_operations_report"

// Options say what DDL writes. The zero value of a field means its default.
type Options struct {
	// Dialect is Athena (default), DuckDB or Spark.
	Dialect Dialect
	// Table is the table's name, after its database and a dot if need be;
	// default DefaultTable.
	Table string
	// Job limits the statements to the one that adds this job's partitions to a
	// table that is there already; default all jobs, with the table.
	Job string
	// Projection is how Athena learns of partitions; default ProjectionNone.
	Projection Projection
}

func (o Options) withDefaults() Options {
	o.Dialect = cmp.Or(o.Dialect, Athena)
	o.Table = cmp.Or(o.Table, DefaultTable)
	o.Projection = cmp.Or(o.Projection, ProjectionNone)
	return o
}

// Validate reports everything that is wrong with the options.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	if !slices.Contains([]Dialect{Athena, DuckDB, Spark}, o.Dialect) {
		errs = append(errs, fmt.Errorf("dialect: %q is none of athena, duckdb, spark", o.Dialect))
	}
	if slices.Contains(strings.Split(o.Table, "."), "") {
		errs = append(errs, fmt.Errorf("table: %q has an empty name", o.Table))
	}
	switch o.Projection {
	case ProjectionNone:
	case ProjectionEnum, ProjectionInjected:
		if o.Dialect != Athena {
			errs = append(errs, fmt.Errorf("projection: Athena has it, %s has not", o.Dialect))
		}
		if o.Job != "" {
			errs = append(errs, errors.New("job: projected partitions are not added one by one"))
		}
	default:
		errs = append(errs, fmt.Errorf("projection: %q is none of none, enum, injected", o.Projection))
	}
	if o.Job != "" && o.Dialect == DuckDB {
		errs = append(errs, errors.New("job: DuckDB finds new jobs by itself"))
	}
	return errors.Join(errs...)
}

// Statements returns the SQL statements that make the parts below dest a table, as the
// commit records of dest say they were written.
func Statements(dest string, records []*ledger.Record, o Options) (string, error) {
	if err := o.Validate(); err != nil {
		return "", err
	}
	o = o.withDefaults()
	t, err := newDefinition(dest, records, o)
	if err != nil {
		return "", err
	}
	switch o.Dialect {
	case DuckDB:
		return t.duckdb(), nil
	case Spark:
		return t.spark(), nil
	default:
		return t.athena()
	}
}
