-- These statements follow the documentation of Redshift; no test has run them there.
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY would lose columns: they are only in the path, or not in all files. convert --write-partition-columns writes files that it can load.
ALTER TABLE spectrum.batch_operations_report ADD IF NOT EXISTS PARTITION (job_id = 'v', task_status = 'v') LOCATION 's3://bucket/reports/job_id=v/task_status=v/';
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  result_kind,
  result_json,
  result_message,
  timeout_seconds,
  size,
  "order",
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
  CAST('v' AS VARCHAR(65535)),
  CAST('v' AS VARCHAR(65535))
FROM spectrum.batch_operations_report
WHERE "$path" IN (
  's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet'
);
