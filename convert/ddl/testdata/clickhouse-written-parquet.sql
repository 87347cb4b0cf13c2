CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'ReportCreationDate of the manifest',
  report_row Nullable(Int64) COMMENT 'the record\'s number in that file, from 1',
  key Nullable(String) COMMENT 'Key, decoded',
  timeout_seconds Nullable(Float64) COMMENT 'N of "Task timed out after N seconds"',
  job_id Nullable(String) COMMENT 'the job\'s uuid, by the path of the result file',
  task_status Nullable(String) COMMENT 'TaskStatus, in lower case'
)
ENGINE = MergeTree ORDER BY tuple();

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- The server's own credentials read S3; others stand behind the address: s3('...', 'KEY', 'SECRET', ...).
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  job_id,
  task_status
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  'v',
  'v'
FROM s3('s3://bucket/reports/job_id=v/task_status=v/{part-0123456789abcdef-0-0.zstd.parquet,part-0123456789abcdef-0-0.zstd.parquet}', 'Parquet', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64)')
SETTINGS use_hive_partitioning = 0;
