-- These statements follow the documentation of Trino; no test has run them there.
-- Times are UTC: where Trino's JVM runs in another zone, the catalog needs hive.parquet.time-zone=UTC.
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at timestamp(3) COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
WITH (
  external_location = 's3://bucket/reports/',
  format = 'PARQUET'
);
