-- These statements follow the documentation of Snowflake; no test has run them there.
-- A string, or a line of JSON, has at most 16 MB, or what the account has been raised to.
ALTER SESSION SET TIMEZONE = 'UTC';
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Columns that only the path has are constants below; convert --write-partition-columns needs fewer statements.
COPY INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  result_kind,
  result_json,
  result_message,
  timeout_seconds,
  size,
  "ORDER",
  job_id,
  task_status
)
FROM (SELECT
  NULL,
  NULL,
  CAST($1:"key" AS VARCHAR),
  CAST($1:"result_kind" AS VARCHAR),
  CAST($1:"result_json" AS VARCHAR),
  CAST($1:"result_message" AS VARCHAR),
  NULL,
  NULL,
  NULL,
  CAST('v' AS VARCHAR),
  CAST('v' AS VARCHAR)
  FROM @batch_operations_report_stage)
FILES = (
  'job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
