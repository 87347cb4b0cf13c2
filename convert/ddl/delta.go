package ddl

import (
	"errors"
	"fmt"
	"strings"

	"batchreport/convert/storage"
)

// deltaStatements returns the statements for a table that has a Delta log: its readers take
// columns, partitions and files from there. Who reads the folder would also read the files
// that were replaced, so nothing else is printed.
func (t *definition) deltaStatements(d dialect) (string, error) {
	switch {
	case d.delta == nil:
		return "", &storage.Error{
			Op: "print statements for", Name: t.dest, Err: fmt.Errorf("it has a Delta log, and %s is not told of one: it would read the files that were replaced, too", d.name),
			Hint: "choose another --dialect",
		}
	case t.Job != "":
		return "", errors.New("job: the table has a Delta log, by which its readers find new jobs by themselves")
	case t.Projection != ProjectionNone:
		return "", errors.New("projection: the table has a Delta log, which lists its partitions")
	}
	sql, err := d.delta(t)
	return "-- Columns, partitions and files are those of the Delta log, where new jobs are found too.\n" + sql, err
}

// athenaDelta returns the statements for Athena:
// https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables-getting-started.html
func (t *definition) athenaDelta() (string, error) {
	var b strings.Builder
	b.WriteString("-- Athena runs one statement at a time.\n")
	if !storage.IsS3(t.dest) {
		b.WriteString("-- Athena reads S3 only: put the address of these files in place of the location below.\n")
	}
	fmt.Fprintf(&b, "CREATE EXTERNAL TABLE IF NOT EXISTS %s\nLOCATION %s\nTBLPROPERTIES ('table_type' = 'DELTA');\n", quoteName(t.Table, "`"), hiveString(t.dest))
	return b.String() + t.messagesView(`"`), nil
}

// duckdbDelta returns the statements for DuckDB, whose extension delta reads the log.
func (t *definition) duckdbDelta() (string, error) {
	var b strings.Builder
	b.WriteString("INSTALL delta;\nLOAD delta;\n")
	if storage.IsS3(t.dest) {
		b.WriteString("-- Credentials: CREATE SECRET (TYPE s3, PROVIDER credential_chain);\n")
	}
	fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS\nSELECT * FROM delta_scan(%s);\n", quoteName(t.Table, `"`), sqlString(t.dest))
	return b.String() + t.messagesView(`"`), nil
}

// sparkDelta returns the statements for Spark with Delta Lake.
func (t *definition) sparkDelta() (string, error) {
	var b strings.Builder
	if storage.IsS3(t.dest) {
		b.WriteString("-- Outside EMR, Spark reads S3 by s3a:// addresses.\n")
	}
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s\nUSING DELTA\nLOCATION %s;\n", quoteName(t.Table, "`"), hiveString(t.dest))
	return b.String() + t.messagesView("`"), nil
}

// databricksDelta returns the statements for Databricks, whose tables are Delta's by default:
// https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-ddl-create-table-using
func (t *definition) databricksDelta() (string, error) {
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s\nUSING DELTA\nLOCATION %s;\n", quoteName(t.Table, "`"), hiveString(t.dest)) + t.messagesView("`"), nil
}

// trinoDelta returns the statements for Trino's Delta Lake connector:
// https://trino.io/docs/current/connector/delta-lake.html#register-table
func (t *definition) trinoDelta() (string, error) {
	name, err := t.trinoName()
	if err != nil {
		return "", err
	}
	t.Table = strings.Join(name, ".")
	procedure, schemaAndTable := trinoProcedure(name, "register_table")
	return "-- In a catalog of the Delta Lake connector that has delta.register-table-procedure.enabled.\n" +
		fmt.Sprintf("CALL %s(%s, table_location => %s);\n", procedure, schemaAndTable, sqlString(t.dest)) + t.messagesView(`"`), nil
}
