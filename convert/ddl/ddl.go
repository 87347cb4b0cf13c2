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
	name Dialect
	// statements returns the SQL for a table.
	statements func(*definition) (string, error)
	// delta returns the SQL by which a reader of folders takes a table that has a Delta
	// log; nil where it cannot.
	delta func(*definition) (string, error)
	// projects says that partitions can be projected.
	projects bool
	// noJob says why a new job needs no statement; empty where it needs one.
	noJob string
	// unproved is the reader's name where no test runs the statements in it, which the
	// statements say; empty where one does.
	unproved string
	// lists says that the statements name each file; where it is false, the reader
	// takes all files of a folder, those of no job too, as BigQuery's external table does.
	lists bool
}

// dialects are all there are, the default first.
var dialects = [...]dialect{
	{name: Athena, statements: (*definition).athena, delta: (*definition).athenaDelta, projects: true, unproved: "Athena"},
	{name: DuckDB, statements: (*definition).duckdb, delta: (*definition).duckdbDelta, noJob: "DuckDB finds new jobs by itself"},
	{name: Spark, statements: (*definition).spark, delta: (*definition).sparkDelta, unproved: "Spark"},
	{name: Trino, statements: (*definition).trino, delta: (*definition).trinoDelta, unproved: "Trino"},
	{name: ClickHouse, statements: (*definition).clickhouse, lists: true},
	{name: Redshift, statements: (*definition).redshift, unproved: "Redshift", lists: true},
	{name: RedshiftManifest, statements: (*definition).redshiftManifest, lists: true},
	{name: Snowflake, statements: (*definition).snowflake, unproved: "Snowflake", lists: true},
	{name: BigQuery, statements: (*definition).bigquery, unproved: "BigQuery"},
	{name: Databricks, statements: (*definition).databricks, unproved: "Databricks", lists: true},
	{name: Postgres, statements: (*definition).postgres, lists: true},
	{name: DBT, statements: (*definition).dbt, unproved: "dbt", noJob: "a source of dbt is the whole table"},
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
	if o.Delta && !d.lists && d.name != DBT { // the others name the files of the records, or no place at all
		return t.deltaStatements(d)
	}
	sql, err := d.statements(t)
	if err != nil || d.unproved == "" {
		return sql, err
	}
	return d.comment() + " These statements follow the documentation of " + d.unproved + "; no test has run them there.\n" + sql, nil
}

// comment begins a line of comment.
func (d dialect) comment() string {
	if d.name == DBT {
		return "#"
	}
	return "--"
}
