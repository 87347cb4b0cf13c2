package ddl

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
)

// timesAsText returns types with text in place of times where the files are lines of
// JSON. There a time is 2006-01-02T15:04:05.000Z, and the readers of JSON in Athena and
// Trino's Hive connector are documented to read yyyy-MM-dd HH:mm:ss alone:
// https://docs.aws.amazon.com/athena/latest/ug/data-types.html ("use the format
// yyyy-MM-dd HH:mm:ss[.f...]") and https://trino.io/docs/current/connector/hive.html.
func (t *definition) timesAsText(types types) types {
	if t.format == table.NDJSON {
		types.time = types.text
	}
	return types
}

// timesView returns the view that has such text as times, in the SQL of Athena and Trino;
// nothing where there is none. Its function is documented for both:
// https://trino.io/docs/current/functions/datetime.html#from_iso8601_timestamp
func (t *definition) timesView() string {
	columns := slices.Concat(t.columns, t.pathColumns())
	if t.format != table.NDJSON || !slices.ContainsFunc(t.columns, func(c ledger.RecordColumn) bool { return isTime(c.Type) }) {
		return ""
	}
	lines := make([]string, len(columns))
	for i, c := range columns {
		lines[i] = "  " + quoteColumn(c.Name, `"`)
		if isTime(c.Type) {
			lines[i] = fmt.Sprintf("  CAST(from_iso8601_timestamp(%s) AS timestamp) AS %[1]s", quoteColumn(c.Name, `"`))
		}
	}
	return fmt.Sprintf("\n-- JSON has its times as text, and so has the table. This view has timestamps, in UTC.\n-- A table that has timestamps itself is to be dropped first, which leaves the files alone.\nCREATE OR REPLACE VIEW %s AS\nSELECT\n%s\nFROM %s;\n",
		quoteName(t.Table+"_times", `"`), strings.Join(lines, ",\n"), quoteName(t.Table, `"`))
}
