-- These statements follow the documentation of Databricks; no test has run them there.
CREATE TABLE IF NOT EXISTS ops.report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
INSERT INTO ops.report (
  report_created_at,
  report_row,
  key,
  timeout_seconds
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds
FROM read_files('s3://bucket/reports/part-0123456789abcdef-0-0.zstd.parquet',
  format => 'parquet',
  schema => 'report_created_at timestamp, report_row bigint, key string, timeout_seconds double');
