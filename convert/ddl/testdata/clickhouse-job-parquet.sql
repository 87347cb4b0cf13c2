-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- The server's own credentials read S3; others stand behind the address: s3('...', 'KEY', 'SECRET', ...).
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  result_kind,
  result_json,
  result_message,
  timeout_seconds,
  size,
  `order`,
  job_id,
  task_status
)
SELECT
  NULL,
  NULL,
  key,
  result_kind,
  result_json,
  result_message,
  NULL,
  NULL,
  NULL,
  'v',
  'v'
FROM s3('s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet', 'Parquet', 'key Nullable(String), result_kind Nullable(String), result_json Nullable(String), result_message Nullable(String)')
SETTINGS use_hive_partitioning = 0;
