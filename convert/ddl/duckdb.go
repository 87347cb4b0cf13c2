package ddl

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// DuckDB is DuckDB, on a local disk or S3.
const DuckDB Dialect = "duckdb"

// duckdb returns the statements for DuckDB: a view, which finds new jobs by itself.
func (t *definition) duckdb() (string, error) {
	var b strings.Builder
	if storage.IsS3(t.dest) {
		b.WriteString("-- DuckDB reads S3 with its httpfs extension; credentials: CREATE SECRET (TYPE s3, PROVIDER credential_chain);\n")
	}
	columns := slices.Concat(t.columns, t.pathColumns())
	if t.empty {
		b.WriteString("-- No job has a row yet, and DuckDB reads no files that are not there: print this again after one that has.\n")
	} else {
		b.WriteString("-- It finds new jobs by itself. After one that has other columns, print this again.\n" + t.lacking() + t.units.comment())
	}
	fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS\nSELECT\n", quoteName(t.Table, `"`))
	for i, c := range columns {
		if i > 0 {
			b.WriteString(",\n")
		}
		if name := quoteColumn(c.Name, `"`); t.empty {
			fmt.Fprintf(&b, "  CAST(NULL AS %s) AS %s", duckdbTypes.of(c), name)
		} else {
			b.WriteString("  " + name)
		}
	}
	if t.empty {
		b.WriteString("\nWHERE false;\n" + t.commentOn(columns) + t.messagesView(`"`))
		return b.String(), nil
	}
	b.WriteString("\nFROM ")
	if t.format == table.NDJSON {
		fmt.Fprintf(&b, "read_json(%s,\n  format = 'newline_delimited',\n  columns = %s", t.glob("*.ndjson*"), duckdbStruct(t.columns))
	} else {
		fmt.Fprintf(&b, "read_parquet(%s", t.glob("*.parquet"))
		if len(t.lacks) > 0 {
			// Not always: it reads all footers, also those of jobs that a query leaves out.
			b.WriteString(",\n  union_by_name = true")
		}
	}
	if len(t.partitions) > 0 {
		fmt.Fprintf(&b, ",\n  hive_partitioning = true,\n  hive_types = %s", duckdbStruct(t.pathColumns()))
	} else {
		b.WriteString(",\n  hive_partitioning = false")
	}
	b.WriteString("\n);\n" + t.commentOn(columns))
	b.WriteString(t.messagesView(`"`))
	return b.String(), nil
}

// glob returns the pattern of the parts' names. It spells the folders out, so
// that nothing else below dest is looked at, _batchreport least of all.
func (t *definition) glob(file string) string {
	// No pattern has a backslash, which separates folders and has no escape: the range from
	// [ to ] has it, and they.
	pattern := strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]", `\`, "[[-]]").Replace(t.dest)
	for _, c := range t.partitions {
		pattern += c.String() + "=*/"
	}
	return sqlString(pattern + file)
}

// duckdbStruct returns a struct of column names and their types.
func duckdbStruct(columns []ledger.RecordColumn) string {
	entries := make([]string, len(columns))
	for i, c := range columns {
		entries[i] = fmt.Sprintf("%s: '%s'", quoteColumn(c.Name, `"`), duckdbTypes.of(c))
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// duckdbTypes are the types of DuckDB.
var duckdbTypes = types{text: "VARCHAR", int32: "INTEGER", int64: "BIGINT", float64: "DOUBLE", time: "TIMESTAMPTZ"}
