package ddl

import (
	"fmt"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/schema"
)

// hiveString returns a string literal of Hive's DDL, which Athena and Spark
// take too: a backslash escapes. Control characters are written as escapes.
func hiveString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// sqlString returns a string literal of standard SQL.
func sqlString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// quoteName quotes the parts of a name such as database.table where they need it.
func quoteName(name, quote string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if !isPlainName(p) {
			parts[i] = quote + strings.ReplaceAll(p, quote, quote+quote) + quote
		}
	}
	return strings.Join(parts, ".")
}

// isPlainName reports whether all dialects take name without quotes.
func isPlainName(name string) bool {
	for i, r := range name {
		if (r < 'a' || r > 'z') && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return !strings.Contains(reserved, " "+name+" ")
}

// reserved are the words that one of the dialects keeps for itself:
// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html and DuckDB's
// duckdb_keywords(). Quoting one too many does no harm.
const reserved = " all alter analyse analyze and any array as asc asymmetric authorization between bigint binary boolean " +
	"both by case cast char check collate column commit constraint create cross cube current_date current_time " +
	"current_timestamp current_user cursor database date deallocate decimal default deferrable delete desc describe " +
	"distinct double drop else end escape except exchange execute exists extended external extract false fetch first " +
	"float following for foreign from full function grant group grouping having if import in initially inner insert " +
	"int integer intersect interval into is join lambda last lateral leading left less like limit local localtime " +
	"localtimestamp macro map more natural none normalize not null numeric of offset on only or order out outer over " +
	"overlaps partialscan partition percent placing preceding precision prepare preserve primary procedure qualify " +
	"range reads recursive reduce references regexp returning revoke right rlike rollback rollup row rows select set " +
	"show skip smallint some start summarize symmetric table tablesample then time timestamp to trailing transform " +
	"trigger trim true truncate unbounded uescape union unique uniquejoin unnest unpivot update user using utc_timestamp " +
	"values variadic view views when where window with "

// recordColumns returns columns of the table as commit records have them.
func recordColumns(columns []schema.Column) []ledger.RecordColumn {
	rcs := make([]ledger.RecordColumn, len(columns))
	for i, c := range columns {
		rcs[i] = ledger.RecordColumn{Name: c.String(), Type: c.Type().String()}
	}
	return rcs
}

// hiveType returns a column's type in Hive's DDL.
func hiveType(c ledger.RecordColumn) string {
	switch c.Type {
	case "int32":
		return "int"
	case "int64":
		return "bigint"
	case "float64":
		return "double"
	case schema.ReportCreatedAt.Type().String():
		return "timestamp"
	default:
		return "string"
	}
}

// hiveColumns returns a list of columns in Hive's DDL.
func hiveColumns(columns []ledger.RecordColumn) string {
	lines := make([]string, len(columns))
	for i, c := range columns {
		lines[i] = "  " + quoteName(c.Name, "`") + " " + hiveType(c)
	}
	return "(\n" + strings.Join(lines, ",\n") + "\n)"
}
