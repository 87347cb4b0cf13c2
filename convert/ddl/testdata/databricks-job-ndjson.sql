-- These statements follow the documentation of Databricks; no test has run them there.
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
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
  CAST(NULL AS timestamp),
  CAST(NULL AS bigint),
  key,
  result_kind,
  result_json,
  result_message,
  CAST(NULL AS double),
  CAST(NULL AS bigint),
  CAST(NULL AS timestamp),
  CAST('v' AS string),
  CAST('v' AS string)
FROM read_files('s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson',
  format => 'json',
  schema => 'key string, result_kind string, result_json string, result_message string');
