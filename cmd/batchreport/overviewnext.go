package main

import (
	"slices"
	"strings"

	"batchreport/convert"
	"batchreport/schema"
)

// next says what to type next.
func (r *overviewResult) next(v *view) {
	if r.Totals.Failed == 0 || !r.byCause {
		return
	}
	v.paragraph("", bold, "Next:")
	retry := []string{"batchreport", "retry"}
	if r.retryable() > 0 {
		retry = append(retry, "--only", "retryable")
	}
	v.words(` \`, append(append(retry, r.quotedSources()...), "retry.csv"))
	v.words(` \`, append(append([]string{"batchreport", "convert"}, r.quotedSources()...), "table"))
	v.words(` \`, strings.Fields("batchreport ddl --dialect duckdb table | duckdb my.db"))
	if sql := query(&r.overview.Groupings[0], min(v.width, widestView)-len("      '' ||")); isVisible(sql) {
		v.words("", sql)
	}
}

// quotedSources returns the sources as a shell takes them.
func (r *overviewResult) quotedSources() (all []string) {
	for _, s := range r.view.sources {
		all = append(all, shellQuoted(s))
	}
	return all
}

// shellQuoted returns a text as one word of a POSIX shell.
func shellQuoted(text string) string {
	safe := func(r rune) bool {
		return strings.ContainsRune("/:._-+=@%,", r) || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// query returns the words of the SQL that counts the rows with the code and the template
// of the largest group in the table, and at its end their number. Texts are cut into
// pieces of so many columns.
func query(g *convert.Grouping, room int) []string {
	words := strings.Fields("SELECT count(*) FROM batch_operations_report WHERE task_status = 'failed'")
	columns := []schema.Column{schema.ErrorCode, schema.ResultTemplate}
	for _, c := range columns {
		if value := g.Value(&g.Groups[0], c); value == nil {
			words = append(words, "AND", c.String(), "IS", "NULL")
		} else {
			words = append(append(words, "AND", c.String(), "="), sqlText(*value, max(room, 8))...)
		}
	}
	var rows int64
	for i := range g.Groups {
		same := true
		for _, c := range columns {
			a, b := g.Value(&g.Groups[0], c), g.Value(&g.Groups[i], c)
			same = same && (a == nil) == (b == nil) && deref(a) == deref(b)
		}
		if same {
			rows += g.Groups[i].Rows
		}
	}
	words[len(words)-1] += ";"
	return append(words, "-- "+comma(rows))
}

// isVisible reports whether words can be shown as they are.
func isVisible(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return visible(word) != word })
}

// sqlText returns the words of a text in SQL: literals of so many columns, put together.
func sqlText(text string, room int) (words []string) {
	for {
		end := fitting(text, room)
		words = append(words, "'"+strings.ReplaceAll(text[:end], "'", "''")+"'")
		if text = text[end:]; text == "" {
			return words
		}
		words = append(words, "||")
	}
}
