package ddl

import (
	"fmt"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
)

// Databricks is Databricks SQL.
const Databricks Dialect = "databricks"

// databricks returns the statements that make a Delta table of Databricks and load it:
// https://docs.databricks.com/aws/en/sql/language-manual/functions/read_files, which is
// told the schema, since lines of JSON leave out what is null, and takes globs in which a
// backslash escapes.
func (t *definition) databricks() (string, error) {
	if err := t.onS3(); err != nil {
		return "", err
	}
	columns := t.loaded()
	quote := func(c string) string { return quoteColumn(c, "`") }
	var b strings.Builder
	if t.Job == "" {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s;\n\n", quoteName(t.Table, "`"), t.hiveColumns(columns, hiveTypes))
	}
	b.WriteString(t.loadComment())
	for _, l := range t.loads {
		values := t.values(l, func(c column) string { return quote(c.Name) }, func(c column, value *string) string {
			if value == nil {
				return "CAST(NULL AS " + hiveTypes.of(c) + ")"
			}
			return "CAST(" + hiveString(*value) + " AS " + hiveTypes.of(c) + ")"
		})
		for _, parts := range batches(l.parts) {
			fmt.Fprintf(&b, "INSERT INTO %s (\n  %s\n)\nSELECT\n  %s\nFROM read_files(%s,\n  format => '%s',\n  schema => %s);\n", quoteName(t.Table, "`"),
				join(names(columns, quote)), join(values), hiveString(t.databricksGlob(l, parts)),
				map[table.Format]string{table.Parquet: "parquet", table.NDJSON: "json"}[t.format], hiveString(t.databricksSchema(l)))
		}
	}
	if t.Job == "" {
		b.WriteString(t.messagesView("`"))
	}
	return b.String(), nil
}

// databricksGlob returns the pattern of parts of one folder.
func (t *definition) databricksGlob(l load, parts []ledger.Part) string {
	files := make([]string, len(parts))
	for i, p := range parts {
		files[i] = base(p)
	}
	name := files[0]
	if len(files) > 1 {
		name = "{" + strings.Join(files, ",") + "}"
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "{", `\{`, "}", `\}`).Replace(t.dest+l.name) + name
}

// databricksSchema returns the columns of the files, which read_files parses.
func (t *definition) databricksSchema(l load) string {
	var list []string
	for _, c := range t.columns {
		if l.has(c.Name) {
			list = append(list, quoteColumn(c.Name, "`")+" "+hiveTypes.of(c))
		}
	}
	return strings.Join(list, ", ")
}
