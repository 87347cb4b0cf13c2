-- These statements follow the documentation of Databricks; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  result_kind string COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json string COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message string COMMENT 'ResultMessage as it stands; see --raw-message',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  size bigint COMMENT 'extracted: $.a:int64',
  `order` timestamp COMMENT 'extracted: $["it\'s"]."{{b}}":timestamp',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
);

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
  report_created_at,
  report_row,
  key,
  CAST(NULL AS string),
  CAST(NULL AS string),
  CAST(NULL AS string),
  timeout_seconds,
  size,
  `order`,
  CAST('v' AS string),
  CAST('v' AS string)
FROM read_files('s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson',
  format => 'json',
  schema => 'report_created_at timestamp, report_row bigint, key string, timeout_seconds double, size bigint, `order` timestamp');
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

-- There is no view of whole messages: job job-a was converted without them.
