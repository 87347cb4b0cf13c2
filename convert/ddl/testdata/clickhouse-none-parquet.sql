CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'ReportCreationDate of the manifest',
  report_row Nullable(Int64) COMMENT 'the record\'s number in that file, from 1',
  key Nullable(String) COMMENT 'Key, decoded',
  timeout_seconds Nullable(Float64) COMMENT 'N of "Task timed out after N seconds"'
)
ENGINE = MergeTree ORDER BY tuple();

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- The server's own credentials read S3; others stand behind the address: s3('...', 'KEY', 'SECRET', ...).
INSERT INTO db.ops.report (
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
FROM s3('s3://bucket/reports/part-0123456789abcdef-0-0.zstd.parquet', 'Parquet', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64)')
SETTINGS use_hive_partitioning = 0;
