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

// Athena is Amazon Athena.
const Athena Dialect = "athena"

// Projection is how Athena learns of partitions.
type Projection string

// The ways Athena learns of partitions.
const (
	// ProjectionNone registers each of them.
	ProjectionNone Projection = "none"
	// ProjectionEnum has Athena try every combination of the values there are.
	ProjectionEnum Projection = "enum"
	// ProjectionInjected has Athena take job_id from the query, which must name
	// it, and the other columns as ProjectionEnum does.
	ProjectionInjected Projection = "injected"
)

// athena returns the statements for Athena, which runs one at a time:
// https://docs.aws.amazon.com/athena/latest/ug/create-table.html
func (t *definition) athena() (string, error) {
	if err := t.checkFolders(); err != nil {
		return "", err
	}
	added, err := t.athenaPartitions()
	if err != nil {
		return "", err
	}
	if t.Job != "" {
		return cmp.Or(added, t.nothingToAdd()), nil
	}
	var b strings.Builder
	b.WriteString("-- Athena runs one statement at a time.\n")
	if !storage.IsS3(t.dest) {
		b.WriteString("-- Athena reads S3 only: put the address of these files in place of the locations below.\n")
	}
	b.WriteString(t.unevenComment())
	partitions, properties := t.partitions, []string(nil)
	if t.Projection != ProjectionNone {
		comment, projected, err := t.athenaProjection()
		if err != nil {
			return "", err
		}
		b.WriteString(comment)
		properties = projected
	}
	fmt.Fprintf(&b, "CREATE EXTERNAL TABLE IF NOT EXISTS %s %s\n", quoteName(t.Table, "`"), t.hiveColumns(t.columns, t.timesAsText(hiveTypes)))
	if len(partitions) > 0 {
		types := hiveTypes
		if t.Projection != ProjectionNone {
			types.int32 = types.text // only strings can be enumerated
		}
		fmt.Fprintf(&b, "PARTITIONED BY %s\n", t.hiveColumns(t.pathColumns(), types))
	}
	if t.format == table.NDJSON {
		b.WriteString("ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\n")
	} else {
		// It takes columns by their names where nothing else is said:
		// https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
		b.WriteString("STORED AS PARQUET\n")
	}
	fmt.Fprintf(&b, "LOCATION %s", hiveString(t.dest))
	if properties != nil {
		fmt.Fprintf(&b, "\nTBLPROPERTIES (\n  %s\n)", strings.Join(properties, ",\n  "))
	}
	b.WriteString(";\n")
	if len(partitions) > 0 && t.Projection == ProjectionNone {
		b.WriteString("\n-- After another job, only its partitions are to be added: see ddl --job.\n")
		b.WriteString(added)
	}
	b.WriteString(t.timesView() + t.messagesView(`"`))
	return b.String(), nil
}

// maxStatement is the length in bytes of a statement that Athena takes:
// https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
const maxStatement = 262144

// athenaPartitions returns the statements that add the folders.
func (t *definition) athenaPartitions() (string, error) {
	var b strings.Builder
	begin, length, nulls := fmt.Sprintf("ALTER TABLE %s ADD IF NOT EXISTS", quoteName(t.Table, "`")), 0, false
	for _, f := range t.folders {
		if f.hasHiveNull() {
			nulls = true
			continue
		}
		values := make([]string, len(t.partitions))
		for i, c := range t.partitions {
			values[i] = c.String() + " = " + t.hiveValue(c, f.text(i))
		}
		partition := fmt.Sprintf("\n  PARTITION (%s) LOCATION %s", strings.Join(values, ", "), hiveString(t.dest+f.name))
		if length > 0 && length+len(partition) >= maxStatement {
			b.WriteString(";\n")
			length = 0
		}
		if length == 0 {
			b.WriteString(begin)
			length = len(begin)
		}
		b.WriteString(partition)
		length += len(partition)
	}
	if length > 0 {
		b.WriteString(";\n")
	}
	if nulls && len(t.strangers) > 0 && t.Projection == ProjectionNone {
		return "", t.mixedError("ADD PARTITION refuses %s, the folders of null, and MSCK REPAIR TABLE would look into those of other layouts too", table.HiveNull)
	}
	if nulls {
		fmt.Fprintf(&b, "-- ADD PARTITION refuses %s, the folders of null; this finds them.\nMSCK REPAIR TABLE %s;\n", table.HiveNull, quoteName(t.Table, "`"))
	}
	return b.String(), nil
}

// hasHiveNull reports whether a value of the folder is what Hive takes for null.
func (f folder) hasHiveNull() bool {
	for i := range f.values {
		if f.text(i) == table.HiveNull {
			return true
		}
	}
	return false
}

// athenaProjection returns the table properties of partition projection, and a
// comment that says what it cannot do:
// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
func (t *definition) athenaProjection() (comment string, properties []string, err error) {
	if len(t.partitions) == 0 {
		return "", nil, fmt.Errorf("project partitions: the table has none")
	}
	injected := t.Projection == ProjectionInjected
	if injected && !slices.Contains(t.partitions, schema.JobID) {
		return "", nil, fmt.Errorf("project partitions: the table is not partitioned by job_id, which would be injected")
	}
	properties = []string{"'projection.enabled' = 'true'"}
	template, nulls, tried := t.dest, false, make([][]string, len(t.partitions))
	for i, c := range t.partitions {
		template += fmt.Sprintf("%s=${%s}/", c, c)
		if injected && c == schema.JobID {
			properties = append(properties, fmt.Sprintf("'projection.%s.type' = 'injected'", c))
			continue
		}
		values, err := t.projected(i)
		if err != nil {
			return "", nil, err
		}
		tried[i] = values
		nulls = nulls || slices.Contains(values, table.HiveNull)
		properties = append(properties,
			fmt.Sprintf("'projection.%s.type' = 'enum'", c),
			fmt.Sprintf("'projection.%s.values' = %s", c, hiveString(strings.Join(values, ","))))
	}
	if err := t.checkFound("the projection", tried); err != nil {
		return "", nil, err
	}
	properties = append(properties, "'storage.location.template' = "+hiveString(template))

	if injected {
		comment = "-- Athena takes job_id from the query: every query must name the jobs it reads, as in\n" +
			"-- WHERE job_id = '...' or WHERE job_id IN ('...', '...').\n"
	}
	comment += "-- A value that is not listed below is not found: print these statements again when a job brings new ones.\n"
	if nulls {
		comment += "-- " + table.HiveNull + " stands for null; whether IS NULL finds it is not documented: leave the column out of WHERE.\n"
	}
	return comment, properties, nil
}

// projected returns the values of the i-th partition column that an enumeration
// lists. Athena puts them into the path as they are and knows no escape.
func (t *definition) projected(i int) ([]string, error) {
	var values []string
	if c := t.partitions[i]; c == schema.TaskStatus || c == schema.FinalStatus {
		values = []string{"failed", "succeeded"} // a job may yet bring the other
	}
	for _, f := range t.folders {
		text := f.text(i)
		if strings.Contains(text, ",") || !strings.Contains("/"+f.name, fmt.Sprintf("/%s=%s/", t.partitions[i], text)) {
			return nil, fmt.Errorf("project partitions: Athena cannot project the value %q of %s; register the partitions instead", text, t.partitions[i])
		}
		values = append(values, text)
	}
	slices.Sort(values)
	return slices.Compact(values), nil
}
