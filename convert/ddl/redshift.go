package ddl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Redshift is Amazon Redshift.
const Redshift Dialect = "redshift"

// redshiftTypes have the longest strings there are, and times without a zone, as the files'
// columns must have in COPY and in Spectrum.
var redshiftTypes = types{text: "VARCHAR(65535)", int32: "INTEGER", int64: "BIGINT", float64: "DOUBLE PRECISION", time: "TIMESTAMP"}

// redshift returns the statements for Amazon Redshift. COPY takes the columns of Parquet
// in their order, all of them, and none of the path:
// https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
// So it loads jobs that have the same columns, those of the path among them; others are
// loaded through an external table of Spectrum, which finds columns by name.
func (t *definition) redshift() (string, error) {
	if err := t.onS3(); err != nil {
		return "", err
	}
	var b strings.Builder
	columns := t.loaded()
	if t.copies() {
		columns = t.loads[0].columns // in the order of the files
	}
	if t.Job == "" {
		fmt.Fprintf(&b, "-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.\n-- Times are UTC.\nCREATE TABLE IF NOT EXISTS %s %s;\n", quoteName(t.Table, `"`),
			t.columnList(columns, func(c column) string { return quoteColumn(c.Name, `"`) + " " + redshiftTypes.of(c) }))
		b.WriteString(t.commentOn(columns) + "\n")
	}
	b.WriteString(t.loadComment())
	switch {
	case len(t.loads) == 0 && t.Job != "":
	case !isGraphic(t.dest) || !t.copies() && slices.ContainsFunc(t.folders, func(f folder) bool { return !isGraphic(f.name) }):
		return "", &storage.Error{Op: "describe", Name: t.dest, Err: errors.New("its names have characters that nobody sees, and Redshift's strings have no escapes for them"), Hint: "in a DEST without such characters, convert --write-partition-columns writes files that are loaded by a manifest, which has escapes"}
	case t.copies():
		b.WriteString(t.redshiftCopy())
	default:
		b.WriteString(t.redshiftSpectrum())
	}
	if t.Job == "" {
		b.WriteString(t.messagesView(`"`))
	}
	return b.String(), nil
}

// copies reports whether COPY can load all files with all columns.
func (t *definition) copies() bool {
	return t.format == table.Parquet && t.inFiles() && len(t.loads) > 0 && len(t.loads[0].columns) == len(t.loaded()) &&
		!slices.ContainsFunc(t.loads, func(l load) bool { return !slices.Equal(l.columns, t.loads[0].columns) })
}

// redshiftCopy returns the statement that loads the files of the manifest.
func (t *definition) redshiftCopy() string {
	dest := strings.TrimSuffix(t.dest, "/")
	job := ""
	if t.Job != "" {
		job = " --job " + shellWord(t.Job)
	}
	return fmt.Sprintf(`-- COPY reads this manifest, which is to be put there first:
-- batchreport ddl --dialect redshift-manifest%s %s | aws s3 cp - %s
COPY %s (
  %s
)
FROM %s
IAM_ROLE DEFAULT
FORMAT AS PARQUET
MANIFEST;
`, job, shellWord(dest), shellWord(dest+".manifest"), quoteName(t.Table, `"`),
		join(names(t.loads[0].columns, func(c string) string { return quoteColumn(c, `"`) })), backslashString(dest+".manifest"))
}

// redshiftSpectrum returns the statements that make an external table, and load what it
// has: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html. Its
// columns of the path are text, which null's name is too.
func (t *definition) redshiftSpectrum() string {
	quote := func(c string) string { return quoteColumn(c, `"`) }
	external := "spectrum." + quote(t.Table[strings.LastIndexByte(t.Table, '.')+1:])
	var b strings.Builder
	if t.format == table.NDJSON {
		b.WriteString("-- COPY is not documented to read times as these lines of JSON have them; convert --format parquet --write-partition-columns writes files that it can load.\n")
	} else {
		b.WriteString("-- COPY would lose columns: they are only in the path, or not in all files. convert --write-partition-columns writes files that it can load.\n")
	}
	typed := t.timesAsText(redshiftTypes)
	if t.Job == "" {
		b.WriteString("CREATE EXTERNAL SCHEMA IF NOT EXISTS spectrum\nFROM DATA CATALOG DATABASE 'spectrum' IAM_ROLE DEFAULT\nCREATE EXTERNAL DATABASE IF NOT EXISTS;\n")
		write := func(c column) string { return quote(c.Name) + " " + typed.of(c) }
		fmt.Fprintf(&b, "CREATE EXTERNAL TABLE %s %s\n", external, t.columnList(t.columns, write))
		if len(t.partitions) > 0 {
			text := recordColumns(t.partitions)
			for i := range text {
				text[i].Type = "utf8"
			}
			fmt.Fprintf(&b, "PARTITIONED BY %s\n", t.columnList(text, write))
		}
		if t.format == table.NDJSON {
			b.WriteString("ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\n")
		} else {
			b.WriteString("STORED AS PARQUET\n")
		}
		fmt.Fprintf(&b, "LOCATION %s;\n", backslashString(t.dest))
	}
	for _, f := range t.folders {
		values := make([]string, len(t.partitions))
		for i, c := range t.partitions {
			values[i] = c.String() + " = " + backslashString(f.text(i))
		}
		fmt.Fprintf(&b, "ALTER TABLE %s ADD IF NOT EXISTS PARTITION (%s) LOCATION %s;\n", external, strings.Join(values, ", "), backslashString(t.dest+f.name))
	}
	for _, l := range t.loads {
		values := t.values(l, func(c column) string {
			if isTime(c.Type) && t.format == table.NDJSON {
				return "CAST(" + quote(c.Name) + " AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
			}
			return quote(c.Name)
		}, func(c column, value *string) string {
			if value == nil {
				return "NULL"
			}
			return "CAST(" + chrString(*value) + " AS " + redshiftTypes.of(c) + ")"
		})
		for _, parts := range batches(l.parts) {
			paths := make([]string, len(parts))
			for i, p := range parts {
				paths[i] = backslashString(t.dest + p.Name)
			}
			fmt.Fprintf(&b, "INSERT INTO %s (\n  %s\n)\nSELECT\n  %s\nFROM %s\nWHERE \"$path\" IN (\n  %s\n);\n", quoteName(t.Table, `"`), join(names(t.loaded(), quote)), join(values), external, join(paths))
		}
	}
	return b.String()
}

// allParts are the parts of all loads.
func (t *definition) allParts() []ledger.Part {
	var parts []ledger.Part
	for _, l := range t.loads {
		parts = append(parts, l.parts...)
	}
	return parts
}

// backslashString returns a literal in which a backslash escapes, and stands for itself
// only if it is doubled; it knows no other escapes.
func backslashString(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(s) + "'"
}

// chrString is sqlString for such literals.
func chrString(s string) string { return sqlString(strings.ReplaceAll(s, `\`, `\\`)) }
