package ddl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// BigQuery is Google BigQuery, which reads S3 by a connection.
const BigQuery Dialect = "bigquery"

var bigqueryTypes = types{text: "STRING", int32: "INT64", int64: "INT64", float64: "FLOAT64", time: "TIMESTAMP"}

// bigquery returns the statements that make a table of BigQuery and load it, and an
// external table that reads the files where they lie:
// https://cloud.google.com/bigquery/docs/reference/standard-sql/load-statements and
// .../data-definition-language#create_external_table_statement. A column of the path must
// not be in the files too: https://cloud.google.com/bigquery/docs/hive-partitioned-loads-gcs
func (t *definition) bigquery() (string, error) {
	if err := t.onS3(); err != nil {
		return "", err
	}
	if err := t.bigqueryReads(); err != nil {
		return "", err
	}
	partitioned := ""
	if len(t.partitions) > 0 && (len(t.loads) == 0 || !t.inFiles()) {
		list := names(t.pathColumns(), escapeColumn)
		for i, c := range t.pathColumns() {
			list[i] += " " + bigqueryTypes.of(c)
		}
		partitioned = "WITH PARTITION COLUMNS (" + strings.Join(list, ", ") + ")\n"
	}
	described := func(c column) string {
		return escapeColumn(c.Name) + " " + bigqueryTypes.of(c) + " OPTIONS (description = " + bigqueryString(t.about(c)) + ")"
	}
	name := eachPart(t.Table, escapeColumn)
	options := "format = 'PARQUET'"
	if t.format == table.NDJSON {
		options = "format = 'NEWLINE_DELIMITED_JSON'"
	}
	if partitioned != "" {
		options += ",\n  hive_partition_uri_prefix = " + bigqueryString(strings.TrimSuffix(t.dest, "/"))
	}
	var b strings.Builder
	if t.Job == "" {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s;\n\n", name, t.columnList(slices.Concat(t.columns, t.pathColumns()), described))
	}
	b.WriteString(t.loadComment())
	if len(t.loads) > 0 {
		b.WriteString("-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.\n" + t.bigqueryPaths(partitioned))
		for _, parts := range batches(t.allParts()) {
			fmt.Fprintf(&b, "LOAD DATA INTO %s\nFROM FILES (\n  %s,\n  uris = [\n    %s\n  ]\n)\n%sWITH CONNECTION `aws-us-east-1.my_connection`;\n", name, options, strings.Join(t.bigqueryURIs(parts), ",\n    "), partitioned)
		}
	}
	if t.Job != "" {
		return b.String(), nil
	}
	b.WriteString(t.messagesViewOf(name, eachPart(t.Table+"_messages", escapeColumn)))
	columns := t.columns
	if partitioned == "" {
		columns = t.loaded()
	}
	fmt.Fprintf(&b, "\n-- Instead of loading: this table reads the files where they lie.\nCREATE EXTERNAL TABLE IF NOT EXISTS %s %s\nWITH CONNECTION `aws-us-east-1.my_connection`\n%sOPTIONS (\n  %s,\n  uris = [%s]\n);\n",
		eachPart(t.Table+"_external", escapeColumn), t.columnList(columns, described), partitioned, options, bigqueryString(t.bigqueryPattern()))
	return b.String(), nil
}

// bigqueryReads reports files that BigQuery cannot read.
func (t *definition) bigqueryReads() error {
	for _, p := range t.allParts() {
		if ending(p.Name) == ".zst" {
			return &storage.Error{Op: "describe", Name: t.dest, Err: fmt.Errorf("%s: BigQuery reads lines of JSON as they are or compressed by gzip", storage.Shown(p.Name)), Hint: "convert --force --compression gzip"}
		}
	}
	both := slices.ContainsFunc(t.loads, func(l load) bool {
		return slices.ContainsFunc(t.partitions, func(c schema.Column) bool { return l.has(c.String()) })
	})
	if both && !t.inFiles() {
		return &storage.Error{Op: "describe", Name: t.dest, Err: errors.New("some jobs have the columns of the path in their files too, and BigQuery takes a column from one place"), Hint: "convert --force, with --write-partition-columns for all jobs or for none"}
	}
	return nil
}

// bigqueryPaths says what of the path BigQuery may take for another value.
func (t *definition) bigqueryPaths(partitioned string) string {
	odd := func(f folder) bool {
		return strings.Contains(f.name, "%") || slices.ContainsFunc(f.values, func(v table.PartitionValue) bool { return v.Value == nil })
	}
	if partitioned == "" || !slices.ContainsFunc(t.folders, odd) {
		return ""
	}
	return "-- Values of the path with % escapes, and what stands there for null, are not documented to be decoded: convert --write-partition-columns keeps them.\n"
}

// bigqueryPattern returns the address of all parts, with the one * that BigQuery takes.
func (t *definition) bigqueryPattern() string {
	first, last := "part-", ".parquet"
	if len(t.partitions) > 0 {
		first = t.partitions[0].String() + "="
	}
	if t.format == table.NDJSON {
		last = "" // .ndjson, .ndjson.gz
	}
	return t.dest + first + "*" + last
}

// bigqueryURIs returns the quoted addresses of parts.
func (t *definition) bigqueryURIs(parts []ledger.Part) []string {
	uris := make([]string, len(parts))
	for i, p := range parts {
		uris[i] = bigqueryString(t.dest + p.Name)
	}
	return uris
}

// bigqueryString returns a literal in which a backslash escapes:
// https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#escape_sequences
func bigqueryString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case !unicode.IsGraphic(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
