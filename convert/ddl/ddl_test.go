package ddl

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

var updateDDL = flag.Bool("update-ddl", false, "rewrite testdata")

// newRecord returns the record of a job whose parts lie in folders, which give
// the partition values in turn; "" is null.
func newRecord(job string, format table.Format, columns, partitions []schema.Column, values ...[]string) *ledger.Record {
	r := &ledger.Record{
		Version:       ledger.RecordVersion,
		SchemaVersion: schema.Version,
		Job:           "job-" + job,
		JobID:         &job,
		Options:       table.Spec{Format: format, PartitionBy: partitions, Columns: columns}.WithDefaults(),
	}
	for _, f := range schema.Arrow(columns).Fields() {
		r.Columns = append(r.Columns, ledger.RecordColumn{Name: f.Name, Type: f.Type.String()})
	}
	escape := strings.NewReplacer("/", "%2F", "'", "%27", "=", "%3D", "\n", "%0A", `\`, "%5C")
	for _, vs := range values {
		part, name := ledger.Part{}, ""
		for i, v := range vs {
			value, text := &v, escape.Replace(v)
			if v == "" {
				value, text = nil, table.HiveNull
			}
			part.Partition = append(part.Partition, table.PartitionValue{Column: partitions[i].String(), Value: value})
			name += partitions[i].String() + "=" + text + "/"
		}
		part.Name = name + "part-0123456789abcdef-0-0.zstd.parquet"
		r.Outputs = append(r.Outputs, part)
	}
	return r
}

// withRow returns the record of a job with a row, whose values in the path are v, and
// with extracted columns.
func withRow(job string, format table.Format, columns, partitions []schema.Column, extracts ...string) *ledger.Record {
	r := newRecord(job, format, columns, partitions, slices.Repeat([]string{"v"}, len(partitions)))
	for _, text := range extracts {
		e, err := schema.ParseExtract(text)
		if err != nil {
			panic(err)
		}
		r.Columns = append(r.Columns, ledger.RecordColumn{Name: e.Name, Type: e.Type.String()})
		r.Options.Extract = append(r.Options.Extract, e)
	}
	return r
}

// with returns the record with a raw message.
func with(raw table.RawMessage, r *ledger.Record) *ledger.Record {
	r.Options.RawMessage = raw
	return r
}

func TestStatements(t *testing.T) {
	t.Parallel()
	const (
		jobA = "f8fb9d89-a3aa-461d-bddc-ea6a1b131955"
		jobB = "0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77"
	)
	var (
		byStatus  = []schema.Column{schema.JobID, schema.TaskStatus}
		byCode    = []schema.Column{schema.JobID, schema.ErrorCode, schema.HTTPStatusCode}
		few       = []schema.Column{schema.ReportCreatedAt, schema.ReportRow, schema.Key, schema.TimeoutSeconds}
		twoJobs   = []*ledger.Record{newRecord(jobA, table.Parquet, schema.AllColumns(), byStatus, []string{jobA, "failed"}, []string{jobA, "succeeded"}, []string{jobA, "succeeded"}), newRecord(jobB, table.Parquet, schema.AllColumns(), byStatus, []string{jobB, "failed"})}
		codes     = []*ledger.Record{newRecord(jobA, table.Parquet, few, byCode, []string{jobA, "", "200"}, []string{jobA, `it's a/b=\`, "404"}, []string{jobA, "two\nlines", ""})}
		plain     = []*ledger.Record{newRecord(jobA, table.Parquet, few, byCode, []string{jobA, "", "200"}, []string{jobA, "AccessDenied", "403"})}
		bare      = []*ledger.Record{newRecord(jobA, table.NDJSON, few, []schema.Column{}, []string{})}
		jsonLines = []*ledger.Record{newRecord(jobA, table.NDJSON, few, byStatus, []string{jobA, "failed"})}
		empty     = []*ledger.Record{newRecord(jobA, table.Parquet, few, byStatus)}
		rebuilt   = []schema.Column{schema.ResultKind, schema.ResultJSON, schema.ResultMessage}
		// An empty job counts for nothing: it has neither layout nor columns.
		uneven = []*ledger.Record{
			withRow("a", table.Parquet, []schema.Column{schema.Key}, byStatus, "size=$.a:int64"),
			withRow("b", table.Parquet, rebuilt, byStatus, "age=$.a"),
			newRecord("c", table.NDJSON, []schema.Column{schema.Bucket}, byStatus),
			newRecord("d", table.Parquet, few, byStatus),
		}
		unevenLines = []*ledger.Record{withRow("a", table.NDJSON, few, byStatus), withRow("b", table.NDJSON, few, byStatus, "age=$.a")}
		messages    = []*ledger.Record{withRow("a", table.Parquet, rebuilt, byStatus), with(table.RawKeep, withRow("b", table.Parquet, rebuilt, byStatus))}
		mixed       = append([]*ledger.Record{
			withRow("0", table.NDJSON, few, []schema.Column{}),
			newRecord("1", table.NDJSON, few, byStatus, []string{"1", "failed"}),
			withRow("2", table.Parquet, few, []schema.Column{schema.ErrorCode}),
		}, twoJobs...)
	)
	for _, test := range []struct {
		name    string
		dest    string
		records []*ledger.Record
		options Options
	}{
		{"athena", "s3://bucket/reports", twoJobs, Options{}},
		{"athena-job", "s3://bucket/reports/", twoJobs, Options{Job: jobB, Table: "ops.report"}},
		{"athena-job-folder", "s3://bucket/reports/", twoJobs, Options{Job: "job-" + jobB}},
		{"athena-enum", "s3://bucket/reports", twoJobs, Options{Projection: ProjectionEnum}},
		{"athena-enum-null", "s3://bucket/reports", plain, Options{Projection: ProjectionEnum}},
		{"athena-injected", "s3://bucket/reports", twoJobs, Options{Projection: ProjectionInjected}},
		{"athena-values", "s3://bucket/it's", codes, Options{Table: "Ops.select"}},
		{"athena-ndjson", "s3://bucket/reports", jsonLines, Options{}},
		{"athena-unpartitioned", "s3://bucket/reports", bare, Options{}},
		{"athena-local", "out", empty, Options{}},
		{"duckdb", "s3://bucket/reports", twoJobs, Options{Dialect: DuckDB}},
		{"duckdb-values", "out/it's [a] b*", codes, Options{Dialect: DuckDB, Table: "Report"}},
		{"duckdb-ndjson", "out", jsonLines, Options{Dialect: DuckDB}},
		{"duckdb-unpartitioned", "out", bare, Options{Dialect: DuckDB}},
		{"spark", "s3://bucket/reports", twoJobs, Options{Dialect: Spark}},
		{"spark-values", "out", codes, Options{Dialect: Spark}},
		{"spark-job", "out", twoJobs, Options{Dialect: Spark, Job: jobA}},
		{"spark-ndjson", "out", bare, Options{Dialect: Spark}},
		{"athena-job", "s3://bucket/reports/", twoJobs, Options{Job: "0d1c9", Table: "ops.report"}},
		{"athena-job", "s3://bucket/reports/", twoJobs, Options{Job: "job_id=" + jobB + "/", Table: "ops.report"}},
		{"athena-job-empty", "s3://bucket/reports/", empty, Options{Job: jobA[:2]}},
		{"spark-job-unpartitioned", "out", bare, Options{Dialect: Spark, Job: jobA}},
		{"athena-uneven", "s3://bucket/reports", uneven, Options{}},
		{"duckdb-uneven", "s3://bucket/reports", uneven, Options{Dialect: DuckDB}},
		{"duckdb-uneven-ndjson", "/out", unevenLines, Options{Dialect: DuckDB}},
		{"spark-uneven", "s3://bucket/reports", uneven, Options{Dialect: Spark}},
		{"spark-messages", "s3://bucket/reports", messages, Options{Dialect: Spark}},
		{"duckdb-empty", "/out", empty, Options{Dialect: DuckDB}},
		{"athena-delta", "s3://bucket/reports", messages, Options{Delta: true, Table: "ops.report"}},
		{"duckdb-delta", "/o'ut", twoJobs, Options{Delta: true, Dialect: DuckDB}},
		{"spark-delta", "s3://bucket/reports", uneven, Options{Delta: true, Dialect: Spark}},
		{"databricks-delta", "s3://bucket/reports", uneven, Options{Delta: true, Dialect: Databricks}},
		{"trino-delta", "s3://bucket/it's", twoJobs, Options{Delta: true, Dialect: Trino, Table: "lake.Ops.report"}},
		{"athena-job", "s3://bucket/reports", mixed, Options{Like: jobA[:3], Job: jobB, Table: "ops.report"}},
		{"athena", "s3://bucket/reports", mixed, Options{Like: jobA}},
		{"athena-enum", "s3://bucket/reports", mixed, Options{Like: jobB, Projection: ProjectionEnum}},
		{"duckdb", "s3://bucket/reports", mixed, Options{Like: jobB, Dialect: DuckDB}},
		{"spark", "s3://bucket/reports", mixed, Options{Like: "job-" + jobB, Dialect: Spark}},
	} {
		statements(t, test.name, test.dest, test.records, test.options)
	}
}

// statements compares what Statements returns with a file of testdata.
func statements(t *testing.T, name, dest string, records []*ledger.Record, options Options) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		got, err := Statements(dest, records, options)
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name)
		if !strings.Contains(name, ".") {
			golden += ".sql"
		}
		if *updateDDL {
			if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	var (
		key      = []schema.Column{schema.Key}
		both     = []schema.Column{schema.Bucket, schema.Key}
		byStatus = []schema.Column{schema.TaskStatus}
		byCode   = []schema.Column{schema.ErrorCode}
	)
	newer := newRecord("a", table.Parquet, key, byStatus)
	newer.SchemaVersion++
	for _, test := range []struct {
		name    string
		records []*ledger.Record
		options Options
		want    string
	}{
		{"no records", nil, Options{}, "read out: no commit record"},
		{"no such job", []*ledger.Record{newRecord("a", table.Parquet, key, byStatus)}, Options{Job: "b"}, "read out: no commit record of job b"},
		{"other schema", []*ledger.Record{newer}, Options{}, "read commit record of job-a: schema version 4, this program knows 3 and older ones"},
		{"formats", []*ledger.Record{withRow("a", table.Parquet, key, byStatus), withRow("b", table.NDJSON, key, byStatus), withRow("c", table.Parquet, key, byStatus)}, Options{}, "read out: its jobs have 2 layouts, so they are not of one table; --format parquet --partition-by task_status: job-a, job-c; --format ndjson --partition-by task_status: job-b"},
		{"partitions", []*ledger.Record{withRow("a", table.Parquet, key, byStatus), withRow("b", table.Parquet, key, []schema.Column{})}, Options{Dialect: DuckDB}, "--partition-by task_status: job-a; --format parquet --partition-by none: job-b"},
		{"partitions in another order", []*ledger.Record{withRow("a", table.Parquet, key, []schema.Column{schema.JobID, schema.TaskStatus}), withRow("b", table.Parquet, key, []schema.Column{schema.TaskStatus, schema.JobID})}, Options{Dialect: Spark}, "its jobs have 2 layouts"},
		{"types", []*ledger.Record{withRow("a", table.Parquet, key, byStatus, "size=$.a:int64"), withRow("b", table.Parquet, key, byStatus), withRow("c", table.Parquet, both, byStatus, "size=$.b")}, Options{}, "read out: its jobs are not of one table: column size is int64 in job job-a and utf8 in job job-c"},
		{"job of another layout", []*ledger.Record{withRow("a", table.Parquet, key, byStatus), withRow("b", table.NDJSON, key, byStatus)}, Options{Like: "a", Job: "b"}, "its jobs have 2 layouts"},
		{"like nobody", []*ledger.Record{newRecord("a", table.Parquet, key, byStatus)}, Options{Like: "b"}, "read out: no commit record of job b"},
		{"several begin so", []*ledger.Record{newRecord("abc", table.Parquet, key, byStatus), newRecord("abd", table.Parquet, key, byStatus)}, Options{Job: "job-ab"}, "read out: several jobs begin with job-ab"},
		{"shared folder", []*ledger.Record{withRow("a", table.Parquet, key, byStatus), withRow("b", table.NDJSON, key, byStatus)}, Options{Like: "a"}, "describe out/: task_status=v/part-0123456789abcdef-0-0.zstd.parquet is of another layout and lies in a folder of the table, where athena reads every file"},
		{"deeper folder", []*ledger.Record{withRow("a", table.Parquet, key, byStatus), withRow("b", table.Parquet, key, []schema.Column{schema.TaskStatus, schema.ErrorCode})}, Options{Like: "a", Dialect: Spark}, "where spark reads every file"},
		{"all folders", []*ledger.Record{withRow("a", table.Parquet, key, []schema.Column{}), withRow("b", table.Parquet, key, byCode)}, Options{Like: "a"}, "where athena reads every file"},
		{"null beside another layout", []*ledger.Record{newRecord("a", table.Parquet, key, byStatus, []string{""}), withRow("b", table.Parquet, key, byCode)}, Options{Like: "a"}, "ADD PARTITION refuses"},
		{"projected another layout", []*ledger.Record{newRecord("a", table.Parquet, key, []schema.Column{schema.JobID, schema.TaskStatus}, []string{"a", "v"}), newRecord("b", table.NDJSON, key, []schema.Column{schema.JobID, schema.TaskStatus}, []string{"b", "v"})}, Options{Like: "a", Projection: ProjectionInjected}, "the projection would find it"},
		{"comma", []*ledger.Record{newRecord("a", table.Parquet, key, byCode, []string{"a,b"})}, Options{Projection: ProjectionEnum}, `Athena cannot project the value "a,b" of error_code`},
		{"escaped", []*ledger.Record{newRecord("a", table.Parquet, key, byCode, []string{"a/b"})}, Options{Projection: ProjectionEnum}, `Athena cannot project the value "a/b" of error_code`},
		{"not injected", []*ledger.Record{newRecord("a", table.Parquet, key, byCode)}, Options{Projection: ProjectionInjected}, "not partitioned by job_id"},
		{"nothing to project", []*ledger.Record{newRecord("a", table.Parquet, key, []schema.Column{})}, Options{Projection: ProjectionEnum}, "project partitions: the table has none"},
		{"dialect", nil, Options{Dialect: "mysql"}, `dialect: "mysql" is none of athena, duckdb, spark, trino, clickhouse, redshift, redshift-manifest, snowflake, bigquery, databricks, postgres, dbt`},
		{"projection", nil, Options{Projection: "all"}, `projection: "all" is none of none, enum, injected`},
		{"projection elsewhere", nil, Options{Dialect: Spark, Projection: ProjectionEnum}, "projection: Athena has it, spark has not"},
		{"projected job", nil, Options{Job: "a", Projection: ProjectionEnum}, "job: projected partitions are not added one by one"},
		{"viewed job", nil, Options{Job: "a", Dialect: DuckDB}, "job: DuckDB finds new jobs by itself"},
		{"job of a log", []*ledger.Record{newRecord("a", table.Parquet, key, byStatus)}, Options{Job: "a", Delta: true}, "job: the table has a Delta log"},
		{"a reader of folders", []*ledger.Record{withRow("a", table.Parquet, key, byStatus)}, Options{Dialect: BigQuery, Delta: true}, "it has a Delta log, and bigquery is not told of one"},
		{"projection of a log", []*ledger.Record{newRecord("a", table.Parquet, key, byStatus)}, Options{Projection: ProjectionEnum, Delta: true}, "projection: the table has a Delta log"},
		{"table", nil, Options{Table: "ops."}, `table: "ops." has an empty name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sql, err := Statements("out", test.records, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q; SQL:\n%s", err, test.want, sql)
			}
		})
	}
}

// TestLongStatement has more partitions than fit into a statement of Athena.
func TestLongStatement(t *testing.T) {
	t.Parallel()
	var values [][]string
	for i := range 5000 {
		values = append(values, []string{strings.Repeat("x", i%90) + string(rune('a'+i/90%26)) + string(rune('a'+i/2340))})
	}
	sql, err := Statements("s3://bucket/reports", []*ledger.Record{newRecord("a", table.Parquet, []schema.Column{schema.Key}, []schema.Column{schema.ErrorCode}, values...)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	statements := strings.Split(sql, ";\n")
	for _, s := range statements {
		if len(s) > maxStatement {
			t.Errorf("a statement of %d bytes", len(s))
		}
	}
	if got := strings.Count(sql, "\n  PARTITION ("); got != 5000 || len(statements) < 4 {
		t.Errorf("%d partitions in %d statements", got, len(statements))
	}
}
