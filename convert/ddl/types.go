package ddl

import (
	"cmp"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/schema"
)

// column is a column of the table.
type column = ledger.RecordColumn

// types are the names that a reader has for the types of columns.
type types struct{ text, int32, int64, float64, time string }

// of returns the type of a column.
func (t types) of(c column) string {
	switch {
	case c.Type == "int32":
		return t.int32
	case c.Type == "int64":
		return t.int64
	case c.Type == "float64":
		return t.float64
	case isTime(c.Type):
		return t.time
	default:
		return t.text
	}
}

// columnList returns a list in parentheses that has a line for each column.
func (t *definition) columnList(columns []column, write func(column) string) string {
	lines := make([]string, len(columns))
	for i, c := range columns {
		lines[i] = "  " + write(c)
	}
	return "(\n" + strings.Join(lines, ",\n") + "\n)"
}

// about says what the values of a column are: for the report's columns what the help on
// them says, for an extracted one its path.
func (t *definition) about(c column) string {
	var known schema.Column
	if err := known.UnmarshalText([]byte(c.Name)); err == nil {
		return known.About()
	}
	return cmp.Or(t.extracts[c.Name], "extracted from JSON")
}

// mostAbout is how many characters of an extracted column's path are told: Glue, which keeps
// Athena's tables, refuses comments of more than 255
// (https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html).
const mostAbout = 200

// addExtracts notes whence the extracted columns of a job are.
func (t *definition) addExtracts(r *ledger.Record) {
	for _, e := range r.Options.Extract {
		if t.extracts[e.Name] == "" && isGraphic(e.String()) {
			_, from, _ := strings.Cut(e.String(), "=")
			if runes := []rune(from); len(runes) > mostAbout {
				from = string(runes[:mostAbout]) + "..."
			}
			t.extracts[e.Name] = "extracted: " + from
		}
	}
}

// commentOn returns statements that say what the values of columns are, for readers in
// which " quotes names.
func (t *definition) commentOn(columns []column) string {
	const quote = `"`
	var b strings.Builder
	for _, c := range columns {
		b.WriteString("COMMENT ON COLUMN " + quoteName(t.Table, quote) + "." + quoteColumn(c.Name, quote) + " IS " + sqlString(t.about(c)) + ";\n")
	}
	return b.String()
}
