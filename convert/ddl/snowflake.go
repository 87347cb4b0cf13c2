package ddl

import (
	"fmt"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
)

// Snowflake is Snowflake.
const Snowflake Dialect = "snowflake"

// snowflakeTypes have points in time: a TIMESTAMP_NTZ would be one of the session's zone.
var snowflakeTypes = types{text: "VARCHAR", int32: "NUMBER(10,0)", int64: "NUMBER(19,0)", float64: "FLOAT", time: "TIMESTAMP_LTZ(6)"}

// snowflake returns the statements that make a stage of the folder and a table, and load
// it: https://docs.snowflake.com/en/sql-reference/sql/copy-into-table, whose FILES takes at
// most 1000 names. MATCH_BY_COLUMN_NAME takes columns of the files alone, so where the path
// has some that the files have not, each folder is loaded with what its name says, as
// https://docs.snowflake.com/en/user-guide/data-load-transform has it. COPY remembers for 64
// days which files it has loaded.
func (t *definition) snowflake() (string, error) {
	if err := t.onS3(); err != nil {
		return "", err
	}
	columns := t.loaded()
	name, stage := eachPart(t.Table, snowflakeName), eachPart(t.Table+"_stage", snowflakeName)
	var b strings.Builder
	b.WriteString("-- A string, or a line of JSON, has at most 16 MB, or what the account has been raised to.\n")
	b.WriteString("ALTER SESSION SET TIMEZONE = 'UTC';\n")
	if t.Job == "" {
		b.WriteString("-- Replace my_integration, by which Snowflake has access to the bucket: CREATE STORAGE INTEGRATION.\n")
		fmt.Fprintf(&b, "CREATE STAGE IF NOT EXISTS %s\n  URL = %s\n  STORAGE_INTEGRATION = my_integration;\n", stage, hiveString(t.dest))
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s;\n\n", name, t.columnList(columns, func(c column) string {
			return snowflakeName(c.Name) + " " + snowflakeTypes.of(c) + " COMMENT " + hiveString(t.about(c))
		}))
	}
	b.WriteString(t.loadComment())
	format := "FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)"
	if t.format == table.NDJSON {
		format = "FILE_FORMAT = (TYPE = JSON)"
	}
	if t.inFiles() {
		var parts []ledger.Part
		for _, l := range t.loads {
			parts = append(parts, l.parts...)
		}
		for _, batch := range batches(parts) {
			if len(batch) > 0 {
				fmt.Fprintf(&b, "COPY INTO %s\nFROM @%s\nFILES = (\n  %s\n)\n%s\nMATCH_BY_COLUMN_NAME = CASE_INSENSITIVE;\n", name, stage, join(snowflakeFiles(batch)), format)
			}
		}
	} else {
		b.WriteString("-- Columns that only the path has are constants below; convert --write-partition-columns needs fewer statements.\n")
		for _, l := range t.loads {
			values := t.values(l, func(c column) string {
				return fmt.Sprintf(`CAST($1:"%s" AS %s)`, strings.ReplaceAll(c.Name, `"`, `""`), snowflakeTypes.of(c))
			}, func(c column, value *string) string {
				if value == nil {
					return "NULL"
				}
				return "CAST(" + hiveString(*value) + " AS " + snowflakeTypes.of(c) + ")"
			})
			for _, batch := range batches(l.parts) {
				fmt.Fprintf(&b, "COPY INTO %s (\n  %s\n)\nFROM (SELECT\n  %s\n  FROM @%s)\nFILES = (\n  %s\n)\n%s;\n", name, join(names(columns, snowflakeName)), join(values), stage, join(snowflakeFiles(batch)), format)
			}
		}
	}
	if t.Job == "" {
		b.WriteString(t.messagesViewOf(name, eachPart(t.Table+"_messages", snowflakeName)))
	}
	return b.String(), nil
}

// snowflakeFiles returns the quoted names of parts, below the stage.
func snowflakeFiles(parts []ledger.Part) []string {
	files := make([]string, len(parts))
	for i, p := range parts {
		files[i] = hiveString(p.Name)
	}
	return files
}

// snowflakeName quotes a name where it needs it. What is not quoted is upper case there:
// https://docs.snowflake.com/en/sql-reference/identifiers-syntax. A word that is quoted for
// being reserved is written so too, as the others are.
func snowflakeName(name string) string {
	if quoted := quoteColumn(name, `"`); quoted != `"`+name+`"` || !isLowerWord(name) {
		return quoted
	}
	return `"` + strings.ToUpper(name) + `"`
}
