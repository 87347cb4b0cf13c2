package ddl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Spark is Spark SQL.
const Spark Dialect = "spark"

// spark returns the statements for Spark SQL.
func (t *definition) spark() (string, error) {
	if err := t.checkFolders(); err != nil {
		return "", err
	}
	if t.Job != "" {
		return cmp.Or(t.sparkPartitions(), t.nothingToAdd()), nil
	}
	var b strings.Builder
	if storage.IsS3(t.dest) {
		b.WriteString("-- Outside EMR, Spark reads S3 by s3a:// addresses.\n")
	}
	b.WriteString(t.unevenComment())
	using := "PARQUET"
	if t.format == table.NDJSON {
		using = "JSON"
	}
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s\nUSING %s", quoteName(t.Table, "`"), t.hiveColumns(slices.Concat(t.columns, t.pathColumns()), hiveTypes), using)
	if len(t.partitions) > 0 {
		fmt.Fprintf(&b, "\nPARTITIONED BY (%s)", commaList(t.partitions))
	}
	fmt.Fprintf(&b, "\nLOCATION %s;\n", hiveString(t.dest))
	if partitions := t.sparkPartitions(); partitions != "" {
		fmt.Fprintf(&b, "\n%s", partitions)
	}
	b.WriteString(t.messagesView("`"))
	return b.String(), nil
}

// sparkPartitions returns the statement that adds the folders.
func (t *definition) sparkPartitions() string {
	if len(t.folders) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ALTER TABLE %s ADD IF NOT EXISTS", quoteName(t.Table, "`"))
	for _, f := range t.folders {
		values := make([]string, len(t.partitions))
		for i, c := range t.partitions {
			value := t.hiveValue(c, f.text(i))
			if f.values[i].Value == nil && f.null == table.HiveNull {
				value = "null"
			}
			values[i] = c.String() + " = " + value
		}
		fmt.Fprintf(&b, "\n  PARTITION (%s) LOCATION %s", strings.Join(values, ", "), hiveString(t.dest+f.name))
	}
	b.WriteString(";\n")
	return b.String()
}

// commaList lists columns as SQL does.
func commaList(columns []schema.Column) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.String()
	}
	return strings.Join(all, ", ")
}
