package ddl

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Dialect is the reader that the statements are for.
type Dialect string

// dialect is what is known of a dialect.
type dialect struct {
	name   Dialect
	reader string // its name as it writes it
	// statements returns the SQL for a table.
	statements func(*definition) (string, error)
	// delta returns the SQL for a table that has a Delta log; nil where there is none.
	delta func(*definition) (string, error)
	// projects says that partitions can be projected.
	projects bool
	// noJob says why a new job needs no statement; empty where it needs one.
	noJob string
	// unproved says that no test runs the statements in the reader, which they say. Of those
	// for a Delta log that holds for each dialect.
	unproved bool
	// lists says that the statements name each file that they read, if any; where it is
	// false, the reader takes all files of a folder, those of no job too, as BigQuery's
	// external table does.
	lists bool
}

// dialects are all there are, the default first.
var dialects = [...]dialect{
	{name: Athena, reader: "Athena", statements: (*definition).athena, delta: (*definition).athenaDelta, projects: true, unproved: true},
	{name: DuckDB, reader: "DuckDB", statements: (*definition).duckdb, delta: (*definition).duckdbDelta, noJob: "DuckDB finds new jobs by itself"},
	{name: Spark, reader: "Spark", statements: (*definition).spark, delta: (*definition).sparkDelta, unproved: true},
	{name: Trino, reader: "Trino", statements: (*definition).trino, delta: (*definition).trinoDelta, unproved: true},
	{name: ClickHouse, reader: "ClickHouse", statements: (*definition).clickhouse, lists: true},
	{name: Redshift, reader: "Redshift", statements: (*definition).redshift, unproved: true, lists: true},
	{name: RedshiftManifest, reader: "Redshift", statements: (*definition).redshiftManifest, lists: true},
	{name: Snowflake, reader: "Snowflake", statements: (*definition).snowflake, unproved: true, lists: true},
	{name: BigQuery, reader: "BigQuery", statements: (*definition).bigquery, unproved: true},
	{name: Databricks, reader: "Databricks", statements: (*definition).databricks, delta: (*definition).databricksDelta, unproved: true, lists: true},
	{name: Postgres, reader: "PostgreSQL", statements: (*definition).postgres, lists: true},
	{name: DBT, reader: "dbt", statements: (*definition).dbt, noJob: "a source of dbt is the whole table", unproved: true, lists: true},
}

// dialect returns the dialect of the options; ok says whether there is one of that
// name.
func (o Options) dialect() (d dialect, ok bool) {
	for _, d := range dialects {
		if d.name == o.Dialect {
			return d, true
		}
	}
	return dialect{}, false
}

// DefaultTable is the name of the table where none is given.
const DefaultTable = "batch_operations_report"

// DefaultOutcomeTable is that of a table of outcomes.
const DefaultOutcomeTable = "batch_operations_outcome"

// Options say what Statements writes. The zero value of a field means its default.
type Options struct {
	// Dialect is one of Dialects; default Athena.
	Dialect Dialect
	// Table is the table's name, after its database and a dot if need be;
	// default DefaultTable or, for a table of outcomes, DefaultOutcomeTable.
	Table string
	// Job, an id, the name of a job's folder or how one of these begins, limits the
	// statements to those that add this job's partitions to a table that is there
	// already; default all jobs, with the table.
	Job string
	// Like, which names a job as Job does, makes the table that of this job and of all
	// others that are of its layout; default that of all jobs, which must be of one.
	Like string
	// Location is the address of dest that stands in the statements; default dest.
	Location string
	// Delta says that the table has a Delta log, by which it is read.
	Delta bool
	// Projection is how Athena learns of partitions; default ProjectionNone.
	Projection Projection
}

func (o Options) withDefaults() Options {
	o.Dialect = cmp.Or(o.Dialect, dialects[0].name)
	o.Table = cmp.Or(o.Table, DefaultTable)
	o.Projection = cmp.Or(o.Projection, ProjectionNone)
	return o
}

// Validate reports everything that is wrong with the options.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	d, ok := o.dialect()
	if !ok {
		errs = append(errs, fmt.Errorf("dialect: %q is none of %s%s", o.Dialect, strings.Join(dialectNames(), ", "), schema.DidYouMean(string(o.Dialect), dialectNames()...)))
	}
	if slices.Contains(strings.Split(o.Table, "."), "") {
		errs = append(errs, fmt.Errorf("table: %q has an empty name", o.Table))
	}
	if !isGraphic(o.Table) {
		errs = append(errs, fmt.Errorf("table: %q has characters that nobody sees, and names have no escapes for them", o.Table))
	}
	switch o.Projection {
	case ProjectionNone:
	case ProjectionEnum, ProjectionInjected:
		if !d.projects {
			errs = append(errs, fmt.Errorf("projection: Athena has it, %s has not", o.Dialect))
		}
		if o.Job != "" {
			errs = append(errs, errors.New("job: projected partitions are not added one by one"))
		}
	default:
		errs = append(errs, fmt.Errorf("projection: %q is none of none, enum, injected%s", o.Projection, schema.DidYouMean(string(o.Projection), "none", "enum", "injected")))
	}
	if o.Job != "" && d.noJob != "" {
		errs = append(errs, fmt.Errorf("job: %s", d.noJob))
	}
	return errors.Join(errs...)
}

// Dialects returns all dialects, the default first.
func Dialects() []Dialect {
	var names []Dialect
	for _, d := range dialects {
		names = append(names, d.name)
	}
	return names
}

// dialectNames lists the dialects.
func dialectNames() []string {
	var names []string
	for _, d := range Dialects() {
		names = append(names, string(d))
	}
	return names
}

// Statements returns the SQL statements that make the parts below dest a table, as
// the commit records of dest say they were written. It fails where the options are
// not valid, where there is no record, or none of Options.Job, where the records
// are not of one layout (table.Layout), have one column with two types or are of
// a newer schema.Version, and where Options.Like asks for a table that the dialect
// cannot read beside the others.
func Statements(dest string, records []*ledger.Record, o Options) (string, error) {
	if err := o.Validate(); err != nil {
		return "", err
	}
	if o.Table == "" && len(records) > 0 && records[0].Kind == table.Outcome {
		o.Table = DefaultOutcomeTable
	}
	o = o.withDefaults()
	t, err := newDefinition(dest, records, o)
	if err != nil {
		return "", err
	}
	d, _ := o.dialect()
	sql, unproved, err := "", d.unproved, error(nil)
	if o.Delta && !(d.delta == nil && d.lists) {
		unproved = true
		sql, err = t.deltaStatements(d)
	} else {
		sql, err = d.statements(t)
	}
	if err != nil || !unproved {
		return sql, err
	}
	return d.comment() + " These statements follow the documentation of " + d.reader + "; no test has run them there.\n" + sql, nil
}

// comment begins a line of comment.
func (d dialect) comment() string {
	if d.name == DBT {
		return "#"
	}
	return "--"
}
