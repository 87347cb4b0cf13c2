package ddl

import (
	"encoding/json"
	"fmt"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// DBT is dbt, whose sources are described in YAML.
const DBT Dialect = "dbt"

// dbt returns the table as a source of dbt, with what its columns are and tests that the
// rows there are must pass: https://docs.getdbt.com/reference/source-properties and
// .../resource-properties/data-tests. Strings are JSON's, which YAML takes.
func (t *definition) dbt() (string, error) {
	parts := strings.Split(t.Table, ".")
	name := parts[len(parts)-1]
	source := "batch_operations"
	where := ""
	if len(parts) > 1 {
		source = parts[len(parts)-2]
	}
	if len(parts) > 2 {
		where = "    database: " + yamlString(strings.Join(parts[:len(parts)-2], ".")) + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "version: 2\nsources:\n  - name: %s\n%s    schema: %s\n    tables:\n      - name: %s\n        description: %s\n        columns:\n",
		yamlString(source), where, yamlString(source), yamlString(name), yamlString(t.described()))
	for _, c := range t.loaded() {
		fmt.Fprintf(&b, "          - name: %s\n            description: %s\n", yamlString(c.Name), yamlString(t.about(c)))
		if tests := t.dbtTests(c.Name); len(tests) > 0 {
			b.WriteString("            data_tests:\n")
			for _, test := range tests {
				b.WriteString("              - " + test + "\n")
			}
		}
	}
	return b.String(), nil
}

// described says what a row of the table is.
func (t *definition) described() string {
	if t.kind == table.Outcome {
		return "What each object has come to over all jobs of S3 Batch Operations"
	}
	return "Rows of the completion reports of S3 Batch Operations"
}

// dbtTests returns the tests of a column.
func (t *definition) dbtTests(name string) []string {
	statuses := `accepted_values: {arguments: {values: ["failed", "succeeded"]}}`
	switch name {
	case schema.JobID.String():
		if !t.nameless {
			return []string{"not_null"}
		}
	case schema.TaskStatus.String():
		if !t.otherStatuses {
			return []string{"not_null", statuses}
		}
		return []string{"not_null"}
	case schema.FinalStatus.String():
		return []string{"not_null", statuses}
	case schema.ReportFile.String(), schema.ReportRow.String(), schema.ResultKind.String(), schema.AttemptsTotal.String():
		if t.kind == table.Outcome || name != schema.AttemptsTotal.String() {
			return []string{"not_null"}
		}
	}
	return nil
}

// addFacts notes what the tests of a source depend on.
func (t *definition) addFacts(records []*ledger.Record) {
	t.kind = records[0].Kind
	for _, r := range records {
		t.nameless = t.nameless || r.JobID == nil && len(r.Outputs) > 0
		t.otherStatuses = t.otherStatuses || r.Totals.Succeeded+r.Totals.Failed != r.Totals.RowsOut
	}
}

// yamlString returns a string as JSON, with a space in what dbt takes for the beginning of Jinja's.
func yamlString(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(s) != nil { // no string does that
		return `""`
	}
	return strings.TrimSuffix(strings.NewReplacer("{{", "{ {", "{%", "{ %", "{#", "{ #").Replace(b.String()), "\n")
}
