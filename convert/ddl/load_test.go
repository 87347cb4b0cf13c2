package ddl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// loaders are the dialects that load files which they name.
func loaders() []Dialect {
	all := []Dialect{BigQuery}
	for _, d := range dialects {
		if d.lists && d.name != RedshiftManifest && d.name != DBT {
			all = append(all, d.name)
		}
	}
	return all
}

// TestLoad has what is known of a table in many ways, for each dialect that loads.
func TestLoad(t *testing.T) {
	t.Parallel()
	var (
		byStatus = []schema.Column{schema.JobID, schema.TaskStatus}
		byCode   = []schema.Column{schema.ErrorCode, schema.HTTPStatusCode}
		few      = []schema.Column{schema.ReportCreatedAt, schema.ReportRow, schema.Key, schema.TimeoutSeconds}
	)
	for _, format := range []table.Format{table.Parquet, table.NDJSON} {
		ends := string(format)
		// Redshift has no escapes for what nobody sees.
		odd := plainLines(newRecord("a", format, few, byCode, []string{`it's \ ` + "a\nb\u200b", "404"}, []string{"", ""}))
		uneven := plainLines(
			withRow("a", format, few, byStatus, "size=$.a:int64", `order=$["it's"]."{{b}}":timestamp`),
			withRow("b", format, []schema.Column{schema.Key, schema.ResultKind, schema.ResultJSON, schema.ResultMessage}, byStatus),
		)
		inFiles := plainLines(written(withRow("a", format, few, byStatus), withRow("b", format, few, byStatus))...)
		bare := plainLines(newRecord("a", format, few, []schema.Column{}, []string{}))
		visible := plainLines(newRecord("a", format, few, byCode, []string{`it's \ ` + "a\nb", "404"}, []string{"", ""}))
		for _, r := range []*ledger.Record{odd[0], visible[0]} {
			r.Columns = append(r.Columns, ledger.RecordColumn{Name: "Its 'own' \"name\" \\ .x", Type: "int64"})
		}
		for _, d := range append(loaders(), Trino, DBT) {
			if d == Postgres && format == table.Parquet {
				continue
			}
			name := string(d) + "-" + ends
			if d == DBT {
				name += ".yaml"
			}
			with := func(what string) string { return strings.Replace(name, ends, what+"-"+ends, 1) }
			statements(t, with("uneven"), "s3://bucket/reports", uneven, Options{Dialect: d})
			statements(t, with("odd"), "s3://bucket/it's a \\/", map[bool][]*ledger.Record{true: visible, false: odd}[d == Redshift], Options{Dialect: d, Table: "Ops.select"})
			statements(t, with("written"), "s3://bucket/reports", inFiles, Options{Dialect: d})
			statements(t, with("none"), "s3://bucket/reports", bare, Options{Dialect: d, Table: map[bool]string{true: "ops.report", false: "db.ops.report"}[d == Databricks]})
			if d != DBT {
				statements(t, with("job"), "s3://bucket/reports", uneven, Options{Dialect: d, Job: "b"})
			}
		}
	}
	statements(t, "redshift-manifest.json", "s3://bucket/it's a/", written(withRow("a", table.Parquet, few, byStatus), withRow("b", table.Parquet, few, byStatus)), Options{Dialect: RedshiftManifest})
	statements(t, "redshift-manifest-job.json", "s3://bucket/reports", written(withRow("a", table.Parquet, few, byStatus), withRow("b", table.Parquet, few, byStatus)), Options{Dialect: RedshiftManifest, Job: "b"})
	outcome := newRecord("a", table.Parquet, schema.OutcomeColumns(), []schema.Column{schema.FinalStatus}, []string{"failed"})
	outcome.Kind = table.Outcome
	statements(t, "dbt-outcome.yaml", "out", []*ledger.Record{outcome}, Options{Dialect: DBT})
	statements(t, "clickhouse-disk", "/data/out", plainLines(newRecord("a", table.NDJSON, few, byCode, []string{"x", ""})), Options{Dialect: ClickHouse})
	statements(t, "postgres-disk", "/data/it's", plainLines(newRecord("a", table.NDJSON, few, byCode, []string{"x", ""})), Options{Dialect: Postgres})
}

// written returns records of jobs that have the columns of the path in their files too.
func written(records ...*ledger.Record) []*ledger.Record {
	for _, r := range records {
		r.Options.WritePartitionColumns = true
		columns := slices.Concat(r.Options.Columns, r.Options.PartitionBy)
		slices.Sort(columns)
		r.Columns = nil
		for _, f := range schema.Arrow(columns).Fields() {
			r.Columns = append(r.Columns, ledger.RecordColumn{Name: f.Name, Type: f.Type.String()})
		}
		for i := range r.Outputs {
			r.Outputs[i].Bytes = 1234
		}
	}
	return records
}

// plainLines names the parts of records that are lines of JSON as those are that are not
// compressed; of Parquet it leaves them.
func plainLines(records ...*ledger.Record) []*ledger.Record {
	for _, r := range records {
		for i := range r.Outputs {
			if r.Options.Format == table.NDJSON {
				r.Outputs[i].Name = strings.TrimSuffix(r.Outputs[i].Name, ".zstd.parquet") + ".ndjson"
			}
		}
	}
	return records
}

// TestLoadErrors: what a dialect cannot read is refused, and it is said what helps.
func TestLoadErrors(t *testing.T) {
	t.Parallel()
	var (
		key      = []schema.Column{schema.Key}
		byStatus = []schema.Column{schema.TaskStatus}
	)
	lines := withRow("a", table.NDJSON, key, byStatus)
	lines.Outputs[0].Name = "task_status=v/part-0.ndjson.zst"
	mixed := append(written(withRow("a", table.Parquet, key, byStatus)), withRow("b", table.Parquet, key, byStatus))
	parquet := []*ledger.Record{withRow("a", table.Parquet, key, byStatus)}
	for _, test := range []struct {
		name, dest string
		records    []*ledger.Record
		options    Options
		want       string
	}{
		{"postgres", "out", parquet, Options{Dialect: Postgres}, "PostgreSQL reads no parquet"},
		{"zstd", "s3://b/o", []*ledger.Record{lines}, Options{Dialect: BigQuery}, "BigQuery reads lines of JSON as they are or compressed by gzip"},
		{"both places", "s3://b/o", mixed, Options{Dialect: BigQuery}, "takes a column from one place"},
		{"pattern", "/data/a*b", parquet, Options{Dialect: ClickHouse}, "ClickHouse takes * ? { } in a path for a pattern"},
		{"manifest", "s3://b/o", parquet, Options{Dialect: RedshiftManifest}, "COPY cannot load these files"},
		{"unseen", "s3://b/o\x01", parquet, Options{Dialect: Redshift}, "Redshift's strings have no escapes for them"},
		{"trino's name", "s3://b/o", parquet, Options{Dialect: Trino, Table: "a.b.c.d"}, "more parts than"},
		{"disk redshift", "out", parquet, Options{Dialect: Redshift}, "redshift reads files of S3"},
		{"disk snowflake", "out", parquet, Options{Dialect: Snowflake}, "snowflake reads files of S3"},
		{"disk databricks", "out", parquet, Options{Dialect: Databricks}, "databricks reads files of S3"},
		{"disk bigquery", "out", parquet, Options{Dialect: BigQuery}, "bigquery reads files of S3"},
		{"job of dbt", "out", parquet, Options{Dialect: DBT, Job: "a"}, "a source of dbt is the whole table"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sql, err := Statements(test.dest, test.records, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q; SQL:\n%s", err, test.want, sql)
			}
		})
	}
}

// TestLoadBatches: no statement names more than 1000 files, and each file is named once,
// whatever the number of jobs and folders.
func TestLoadBatches(t *testing.T) {
	t.Parallel()
	r := newRecord("a", table.NDJSON, []schema.Column{schema.Key}, []schema.Column{schema.ErrorCode})
	for i := range 2345 {
		name := fmt.Sprintf("error_code=v%d/part-%d.ndjson", i%2, i)
		value := fmt.Sprintf("v%d", i%2)
		r.Outputs = append(r.Outputs, ledger.Part{Name: name, Partition: []table.PartitionValue{{Column: "error_code", Value: &value}}})
	}
	for _, d := range loaders() {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			sql, err := Statements("s3://bucket/reports", []*ledger.Record{r}, Options{Dialect: d})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(sql, "part-"); got < 2345 || got > 2346 { // BigQuery's pattern is one more
				t.Errorf("%d names", got)
			}
			for _, s := range strings.Split(sql, ";\n") {
				if n := strings.Count(s, "part-"); n > 1000 && d != Postgres {
					t.Errorf("a statement of %d names", n)
				}
			}
		})
	}
}

// TestLoadLike: where jobs of several layouts share folders, what names files loads those of
// one layout alone.
func TestLoadLike(t *testing.T) {
	t.Parallel()
	by := []schema.Column{schema.TaskStatus}
	lines := plainLines(withRow("b", table.NDJSON, []schema.Column{schema.Key}, by))[0]
	records := []*ledger.Record{withRow("a", table.Parquet, []schema.Column{schema.Key}, by), lines}
	for _, d := range loaders() {
		like, others := "a", ".ndjson'"
		if d == Postgres {
			like, others = "b", ".parquet'"
		}
		sql, err := Statements("s3://bucket/reports", records, Options{Dialect: d, Like: like})
		if err != nil {
			t.Fatal(err)
		}
		if sql = strings.ReplaceAll(sql, "v=*.parquet'", ""); strings.Contains(sql, others) {
			t.Errorf("%s: files of the other layout in\n%s", d, sql)
		}
	}
}

// TestAbout: what is told of a column fits into a comment of Glue, whatever its path.
func TestAbout(t *testing.T) {
	t.Parallel()
	r := withRow("a", table.Parquet, schema.AllColumns(), []schema.Column{schema.TaskStatus}, "long=$."+strings.Repeat("é", 4000))
	sql, err := Statements("s3://bucket/reports", []*ledger.Record{r}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	comments := strings.Split(sql, " COMMENT '")[1:]
	if len(comments) != len(schema.AllColumns())+1 {
		t.Errorf("%d comments", len(comments))
	}
	for _, c := range comments {
		if c, _, _ = strings.Cut(c, "'\n"); len([]rune(c)) > 255 {
			t.Errorf("a comment of %d characters: %s", len([]rune(c)), c)
		}
	}
}
