package ddl

import (
	"fmt"
	"slices"
	"strings"

	"batchreport/convert/table"
)

// Trino is Trino, with its Hive connector.
const Trino Dialect = "trino"

// trinoTypes are the types of Trino's Hive connector, whose timestamps have no zone and,
// unless hive.timestamp-precision says otherwise, milliseconds.
var trinoTypes = types{text: "varchar", int32: "integer", int64: "bigint", float64: "double", time: "timestamp(3)"}

// trino returns the statements for Trino's Hive connector, which finds partitions by
// their paths: https://trino.io/docs/current/connector/hive.html, "Create a new Hive table
// ... with external_location" and "Procedures", system.sync_partition_metadata.
func (t *definition) trino() (string, error) {
	if err := t.checkFolders(); err != nil {
		return "", err
	}
	if err := t.checkFound("sync_partition_metadata", make([][]string, len(t.partitions))); err != nil {
		return "", err
	}
	name, err := t.trinoName()
	if err != nil {
		return "", err
	}
	t.Table = strings.Join(name, ".")
	sync := t.trinoSync(name)
	if t.Job != "" {
		if sync == "" || len(t.folders) == 0 {
			return t.nothingToAdd(), nil
		}
		return sync, nil
	}
	properties := []string{"external_location = " + sqlString(t.dest), "format = 'PARQUET'"}
	if t.format == table.NDJSON {
		properties[1] = "format = 'JSON'"
	}
	if len(t.partitions) > 0 {
		list := make([]string, len(t.partitions))
		for i, c := range t.partitions {
			list[i] = sqlString(c.String())
		}
		properties = append(properties, "partitioned_by = ARRAY["+strings.Join(list, ", ")+"]")
	}
	var b strings.Builder
	b.WriteString(t.unevenComment())
	if t.format == table.Parquet {
		b.WriteString("-- Times are UTC: where Trino's JVM runs in another zone, the catalog needs hive.parquet.time-zone=UTC.\n")
	}
	types := t.timesAsText(trinoTypes)
	fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s\nWITH (\n  %s\n);\n", quoteName(t.Table, `"`),
		t.columnList(slices.Concat(t.columns, t.pathColumns()), func(c column) string {
			return quoteColumn(c.Name, `"`) + " " + types.of(c) + " COMMENT " + sqlString(t.about(c))
		}), join(properties))
	if sync != "" {
		b.WriteString("\n-- Partitions are found by their folders, also after another job.\n" + sync)
	}
	b.WriteString(t.timesView() + t.messagesView(`"`))
	return b.String(), nil
}

// trinoSync returns the statement by which Trino finds the folders; name has the parts of
// the table's.
func (t *definition) trinoSync(name []string) string {
	if len(t.partitions) == 0 {
		return ""
	}
	procedure, schemaAndTable := trinoProcedure(name, "sync_partition_metadata")
	return fmt.Sprintf("CALL %s(%s, mode => 'ADD');\n", procedure, schemaAndTable)
}

// trinoName returns the names of the table's schema and of the table, which procedures
// want, behind that of the catalog if there is one.
func (t *definition) trinoName() ([]string, error) {
	name := strings.Split(t.Table, ".")
	switch len(name) {
	case 1:
		return []string{"default", t.Table}, nil
	case 2, 3:
		return name, nil
	}
	return nil, fmt.Errorf("table: %q has more parts than a catalog, a schema and a table of Trino", t.Table)
}

// trinoProcedure returns how a procedure of the table's catalog is called, and its first two
// arguments.
func trinoProcedure(name []string, procedure string) (call, schemaAndTable string) {
	call = "system." + procedure
	if len(name) == 3 {
		call = quoteColumn(name[0], `"`) + "." + call
	}
	last := name[len(name)-2:]
	return call, fmt.Sprintf("schema_name => %s, table_name => %s", sqlString(strings.ToLower(last[0])), sqlString(strings.ToLower(last[1])))
}
