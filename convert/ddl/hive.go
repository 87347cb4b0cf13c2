package ddl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"batchreport/convert/ledger"
	"batchreport/schema"
)

// hiveString returns a string literal of Hive's DDL, which Athena and Spark
// take too: a backslash escapes. What a terminal would not show is written as
// escapes of UTF-16, as Hive has them.
func hiveString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case !unicode.IsGraphic(r):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// hiveValue returns a partition value as a literal of Hive's DDL.
func (t *definition) hiveValue(c schema.Column, text string) string {
	if _, err := strconv.Atoi(text); err == nil && c == schema.HTTPStatusCode && !t.textual {
		return text
	}
	return hiveString(text)
}

// hiveType returns a column's type in Hive's DDL.
func hiveType(c ledger.RecordColumn) string {
	switch {
	case c.Type == "int32":
		return "int"
	case c.Type == "int64":
		return "bigint"
	case c.Type == "float64":
		return "double"
	case isTime(c.Type):
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
