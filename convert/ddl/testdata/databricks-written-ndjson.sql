-- These statements follow the documentation of Databricks; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
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
  CAST('v' AS string),
  CAST('v' AS string)
FROM read_files('s3://bucket/reports/job_id=v/task_status=v/{part-0123456789abcdef-0-0.ndjson,part-0123456789abcdef-0-0.ndjson}',
  format => 'json',
  schema => 'report_created_at timestamp, report_row bigint, key string, timeout_seconds double');
