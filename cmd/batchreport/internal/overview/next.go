package overview

import (
	"slices"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/page"
	"batchreport/cmd/batchreport/internal/shell"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/groups"
	"batchreport/schema"
)

// next says what to type next.
func (r *Result) next(v *terminal.View) {
	if t := &r.Totals; t.Rejected > t.Succeeded+t.Failed {
		v.Paragraph("", terminal.Plain, "Most rows cannot be read: is it a result file of S3 Batch Operations? Those have seven columns: bucket, key, version, status, two codes and a message.")
		return
	}
	if r.Totals.Failed == 0 || !r.options.ByCause {
		return
	}
	v.Paragraph("", terminal.Bold, "Next:")
	v.Words(` \`, r.retryCommand())
	v.Words(` \`, r.convertCommand("table"))
	v.Words(` \`, strings.Fields(openTable))
	if sql := query(&r.overview.Groupings[0], v.Room()-len("      '' ||")); isVisible(sql) {
		v.Words("", sql)
	}
}

// openTable is the command that opens in DuckDB what convertCommand has converted.
const openTable = "batchreport ddl --dialect duckdb table | duckdb my.db"

// retryCommand returns the words of the command that writes a manifest of what can
// succeed when it is run again or, where nothing can as it is, of all that failed.
func (r *Result) retryCommand() []string {
	words := []string{"batchreport", "retry"}
	if r.retryable() > 0 {
		words = append(words, "--only", "retryable")
	}
	return append(append(words, r.quotedSources()...), "retry.csv")
}

// convertCommand returns the words of the command that converts the sources.
func (r *Result) convertCommand(dest string) []string {
	return append(append([]string{"batchreport", "convert"}, r.quotedSources()...), dest)
}

// The queries of the page, beside that for the largest group.
const (
	queryGroups = `SELECT count(*) AS failed, error_code, service_error_code, result_template
FROM batch_operations_report
WHERE task_status = 'failed'
GROUP BY error_code, service_error_code, result_template
ORDER BY failed DESC;`
	queryTimes = `SELECT date_trunc('minute', occurred_at) AS since, error_code, count(*) AS failed
FROM batch_operations_report
WHERE task_status = 'failed' AND occurred_at IS NOT NULL
GROUP BY date_trunc('minute', occurred_at), error_code
ORDER BY since, error_code;`
)

// pageSteps are what the page says can be done.
func (r *Result) pageSteps() []page.Step {
	if r.Totals.Failed == 0 {
		return nil
	}
	retry := page.Step{Title: "Run again what failed", Words: "None of it succeeds as it is: first do what the remedies say.", Code: strings.Join(r.retryCommand(), " ")}
	if n := r.retryable(); n > 0 {
		retry.Title = "Run again what may succeed"
		retry.Words = human.Plural(n, "row") + " may succeed. The manifest is that of a new job, and the command says how to create it."
	}
	const dest = "s3://BUCKET/PREFIX"
	steps := []page.Step{
		retry,
		{Title: "Query all rows in DuckDB", Code: strings.Join(r.convertCommand("table"), " ") + "\n" + openTable},
		{
			Title: "Query all rows in Athena", Words: "BUCKET and PREFIX are where the table goes. Run what ddl prints in Athena, one statement after the other.",
			Code: strings.Join(r.convertCommand(dest), " ") + "\nbatchreport ddl --dialect athena " + dest,
		},
		{Title: "Count the groups, in either", Code: queryGroups},
	}
	if causes := r.causes(); len(causes.Groups) > 0 {
		const all = 1 << 20 // so that no text is divided
		steps = append(steps, page.Step{Title: "Count the largest group", Code: strings.Join(query(causes, all), " ")})
	}
	return append(steps, page.Step{Title: "See when they failed", Code: queryTimes})
}

// quotedSources returns the sources as a shell takes them.
func (r *Result) quotedSources() (all []string) {
	for _, s := range r.options.Sources {
		all = append(all, shell.Quoted(s))
	}
	return all
}

// query returns the words of the SQL that counts the rows with the code and the template
// of the largest group in the table, and at its end their number. Texts are cut into
// pieces of so many columns.
func query(g *groups.Grouping, room int) []string {
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
	return append(words, "-- "+human.Comma(rows))
}

// isVisible reports whether words can be shown as they are.
func isVisible(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return terminal.Visible(word) != word })
}

// sqlText returns the words of a text in SQL: literals of so many columns, put together.
func sqlText(text string, room int) (words []string) {
	for {
		end := terminal.Fitting(text, room)
		words = append(words, "'"+strings.ReplaceAll(text[:end], "'", "''")+"'")
		if text = text[end:]; text == "" {
			return words
		}
		words = append(words, "||")
	}
}
