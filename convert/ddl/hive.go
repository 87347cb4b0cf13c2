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

// hiveTypes are the types of Hive's DDL.
var hiveTypes = types{text: "string", int32: "int", int64: "bigint", float64: "double", time: "timestamp"}

// hiveColumns returns a list of columns in Hive's DDL, with what their values are.
func (t *definition) hiveColumns(columns []ledger.RecordColumn, types types) string {
	return t.columnList(columns, func(c ledger.RecordColumn) string {
		return quoteColumn(c.Name, "`") + " " + types.of(c) + " COMMENT " + hiveString(t.about(c))
	})
}
