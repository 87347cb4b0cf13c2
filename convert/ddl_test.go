package convert

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/schema"
)

var updateDDL = flag.Bool("update-ddl", false, "rewrite testdata/ddl")

// ddlRecord returns the record of a job whose parts lie in folders, which give
// the partition values in turn; "" is null.
func ddlRecord(job string, format Format, columns, partitions []schema.Column, values ...[]string) *Record {
	r := &Record{
		Version:       RecordVersion,
		SchemaVersion: schema.Version,
		Job:           "job-" + job,
		JobID:         &job,
		Options:       Spec{Format: format, PartitionBy: partitions, Columns: columns}.WithDefaults(),
	}
	for _, f := range schema.Arrow(columns).Fields() {
		r.Columns = append(r.Columns, RecordColumn{f.Name, f.Type.String()})
	}
	escape := strings.NewReplacer("/", "%2F", "'", "%27", "=", "%3D", "\n", "%0A", `\`, "%5C")
	for _, vs := range values {
		part, name := Part{}, ""
		for i, v := range vs {
			value, text := &v, escape.Replace(v)
			if v == "" {
				value, text = nil, HiveNull
			}
			part.Partition = append(part.Partition, PartitionValue{partitions[i].String(), value})
			name += partitions[i].String() + "=" + text + "/"
		}
		part.Name = name + "part-0123456789abcdef-0-0.zstd.parquet"
		r.Outputs = append(r.Outputs, part)
	}
	return r
}

func TestDDL(t *testing.T) {
	t.Parallel()
	const (
		jobA = "f8fb9d89-a3aa-461d-bddc-ea6a1b131955"
		jobB = "0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77"
	)
	var (
		byStatus  = []schema.Column{schema.JobID, schema.TaskStatus}
		byCode    = []schema.Column{schema.JobID, schema.ErrorCode, schema.HTTPStatusCode}
		few       = []schema.Column{schema.ReportCreatedAt, schema.ReportRow, schema.Key, schema.TimeoutSeconds}
		twoJobs   = []*Record{ddlRecord(jobA, Parquet, schema.AllColumns(), byStatus, []string{jobA, "failed"}, []string{jobA, "succeeded"}, []string{jobA, "succeeded"}), ddlRecord(jobB, Parquet, schema.AllColumns(), byStatus, []string{jobB, "failed"})}
		codes     = []*Record{ddlRecord(jobA, Parquet, few, byCode, []string{jobA, "", "200"}, []string{jobA, `it's a/b=\`, "404"}, []string{jobA, "two\nlines", ""})}
		plain     = []*Record{ddlRecord(jobA, Parquet, few, byCode, []string{jobA, "", "200"}, []string{jobA, "AccessDenied", "403"})}
		bare      = []*Record{ddlRecord(jobA, NDJSON, few, []schema.Column{}, []string{})}
		jsonLines = []*Record{ddlRecord(jobA, NDJSON, few, byStatus, []string{jobA, "failed"})}
		empty     = []*Record{ddlRecord(jobA, Parquet, few, byStatus)}
	)
	for _, test := range []struct {
		name    string
		dest    string
		records []*Record
		options DDLOptions
	}{
		{"athena", "s3://bucket/reports", twoJobs, DDLOptions{}},
		{"athena-job", "s3://bucket/reports/", twoJobs, DDLOptions{Job: jobB, Table: "ops.report"}},
		{"athena-job-folder", "s3://bucket/reports/", twoJobs, DDLOptions{Job: "job-" + jobB}},
		{"athena-enum", "s3://bucket/reports", twoJobs, DDLOptions{Projection: ProjectionEnum}},
		{"athena-enum-null", "s3://bucket/reports", plain, DDLOptions{Projection: ProjectionEnum}},
		{"athena-injected", "s3://bucket/reports", twoJobs, DDLOptions{Projection: ProjectionInjected}},
		{"athena-values", "s3://bucket/it's", codes, DDLOptions{Table: "Ops.select"}},
		{"athena-ndjson", "s3://bucket/reports", jsonLines, DDLOptions{}},
		{"athena-unpartitioned", "s3://bucket/reports", bare, DDLOptions{}},
		{"athena-local", "out", empty, DDLOptions{}},
		{"duckdb", "s3://bucket/reports", twoJobs, DDLOptions{Dialect: DuckDB}},
		{"duckdb-values", "out/it's [a] b*", codes, DDLOptions{Dialect: DuckDB, Table: "Report"}},
		{"duckdb-ndjson", "out", jsonLines, DDLOptions{Dialect: DuckDB}},
		{"duckdb-unpartitioned", "out", bare, DDLOptions{Dialect: DuckDB}},
		{"spark", "s3://bucket/reports", twoJobs, DDLOptions{Dialect: Spark}},
		{"spark-values", "out", codes, DDLOptions{Dialect: Spark}},
		{"spark-job", "out", twoJobs, DDLOptions{Dialect: Spark, Job: jobA}},
		{"spark-ndjson", "out", bare, DDLOptions{Dialect: Spark}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := DDL(test.dest, test.records, test.options)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "ddl", test.name+".sql")
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
}

func TestDDLErrors(t *testing.T) {
	t.Parallel()
	var (
		key      = []schema.Column{schema.Key}
		both     = []schema.Column{schema.Bucket, schema.Key}
		byStatus = []schema.Column{schema.TaskStatus}
		byCode   = []schema.Column{schema.ErrorCode}
	)
	newer := ddlRecord("a", Parquet, key, byStatus)
	newer.SchemaVersion++
	kept := ddlRecord("b", Parquet, schema.AllColumns(), byStatus)
	kept.Options.RawMessage = RawKeep
	for _, test := range []struct {
		name    string
		records []*Record
		options DDLOptions
		want    string
	}{
		{"no records", nil, DDLOptions{}, "read out: no commit record"},
		{"no such job", []*Record{ddlRecord("a", Parquet, key, byStatus)}, DDLOptions{Job: "b"}, "read out: no commit record of job b"},
		{"other schema", []*Record{newer}, DDLOptions{}, "read commit record of job-a: schema version 2, this program knows 1"},
		{"formats", []*Record{ddlRecord("a", Parquet, key, byStatus), ddlRecord("b", NDJSON, key, byStatus)}, DDLOptions{}, "compare commit records: job-a and job-b differ in format, so they are not of one table"},
		{"columns", []*Record{ddlRecord("a", Parquet, key, byStatus), ddlRecord("b", Parquet, both, byStatus)}, DDLOptions{}, "job-a and job-b differ in columns"},
		{"partitions", []*Record{ddlRecord("a", Parquet, key, byStatus), ddlRecord("b", Parquet, key, byCode)}, DDLOptions{}, "job-a and job-b differ in partition columns"},
		{"raw message", []*Record{ddlRecord("a", Parquet, schema.AllColumns(), byStatus), kept}, DDLOptions{}, "job-a and job-b differ in raw message"},
		{"comma", []*Record{ddlRecord("a", Parquet, key, byCode, []string{"a,b"})}, DDLOptions{Projection: ProjectionEnum}, `Athena cannot project the value "a,b" of error_code`},
		{"escaped", []*Record{ddlRecord("a", Parquet, key, byCode, []string{"a/b"})}, DDLOptions{Projection: ProjectionEnum}, `Athena cannot project the value "a/b" of error_code`},
		{"not injected", []*Record{ddlRecord("a", Parquet, key, byCode)}, DDLOptions{Projection: ProjectionInjected}, "not partitioned by job_id"},
		{"nothing to project", []*Record{ddlRecord("a", Parquet, key, []schema.Column{})}, DDLOptions{Projection: ProjectionEnum}, "project partitions: the table has none"},
		{"dialect", nil, DDLOptions{Dialect: "mysql"}, `dialect: "mysql" is none of athena, duckdb, spark`},
		{"projection", nil, DDLOptions{Projection: "all"}, `projection: "all" is none of none, enum, injected`},
		{"projection elsewhere", nil, DDLOptions{Dialect: Spark, Projection: ProjectionEnum}, "projection: Athena has it, spark has not"},
		{"projected job", nil, DDLOptions{Job: "a", Projection: ProjectionEnum}, "job: projected partitions are not added one by one"},
		{"viewed job", nil, DDLOptions{Job: "a", Dialect: DuckDB}, "job: DuckDB finds new jobs by itself"},
		{"table", nil, DDLOptions{Table: "ops."}, `table: "ops." has an empty name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sql, err := DDL("out", test.records, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q; SQL:\n%s", err, test.want, sql)
			}
		})
	}
}

// TestDDLLongStatement has more partitions than fit into a statement of Athena.
func TestDDLLongStatement(t *testing.T) {
	t.Parallel()
	var values [][]string
	for i := range 5000 {
		values = append(values, []string{strings.Repeat("x", i%90) + string(rune('a'+i/90%26)) + string(rune('a'+i/2340))})
	}
	sql, err := DDL("s3://bucket/reports", []*Record{ddlRecord("a", Parquet, []schema.Column{schema.Key}, []schema.Column{schema.ErrorCode}, values...)}, DDLOptions{})
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
