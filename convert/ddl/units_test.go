package ddl

import (
	"strings"
	"testing"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// TestUnits: times of an earlier schema.Version, which are in milliseconds, are of the
// same table; where jobs differ, it is said which has which unit.
func TestUnits(t *testing.T) {
	t.Parallel()
	old := func(r *ledger.Record) *ledger.Record {
		r.SchemaVersion = 2
		for i := range r.Columns {
			r.Columns[i].Type = strings.Replace(r.Columns[i].Type, "timestamp[us", "timestamp[ms", 1)
		}
		return r
	}
	record := func(job string, format table.Format) *ledger.Record {
		return withRow(job, format, []schema.Column{schema.ReportCreatedAt, schema.Key}, []schema.Column{schema.TaskStatus}, "seen=$.t:timestamp")
	}
	const differ = "-- Times are stored in milliseconds in job-a, job-c.\n-- Times are stored in microseconds in job-b.\n"
	for _, tt := range []struct {
		name    string
		records []*ledger.Record
		want    string
	}{
		{"both", []*ledger.Record{old(record("a", table.Parquet)), record("b", table.Parquet), old(record("c", table.Parquet))}, differ},
		{"old ones", []*ledger.Record{old(record("a", table.Parquet)), old(record("b", table.Parquet))}, ""},
		{"new ones", []*ledger.Record{record("a", table.Parquet), record("b", table.Parquet)}, ""},
		{"lines", []*ledger.Record{old(record("a", table.NDJSON)), record("b", table.NDJSON)}, ""},
	} {
		for _, d := range dialectNames() {
			if d := Dialect(d); d == DBT || d == RedshiftManifest || d == Postgres && tt.records[0].Options.Format == table.Parquet {
				continue // they have no comment on files, or read no Parquet
			}
			t.Run(tt.name+" "+d, func(t *testing.T) {
				t.Parallel()
				got, err := Statements("s3://bucket/reports", tt.records, Options{Dialect: Dialect(d)})
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(got, tt.want) || tt.want == "" && strings.Contains(got, "stored in") {
					t.Errorf("want %q in\n%s", tt.want, got)
				}
			})
		}
	}
	number := record("b", table.Parquet)
	number.Columns[2].Type = "int64"
	if _, err := Statements("x", []*ledger.Record{old(record("a", table.Parquet)), number}, Options{}); err == nil || !strings.Contains(err.Error(), "column seen is timestamp[ms, tz=UTC] in job job-a and int64 in job job-b") {
		t.Errorf("error %v of a time and a number", err)
	}
}
