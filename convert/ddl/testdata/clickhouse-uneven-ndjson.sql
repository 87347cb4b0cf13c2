CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'ReportCreationDate of the manifest',
  report_row Nullable(Int64) COMMENT 'the record\'s number in that file, from 1',
  key Nullable(String) COMMENT 'Key, decoded',
  result_kind Nullable(String) COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json Nullable(String) COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message Nullable(String) COMMENT 'ResultMessage as it stands; see --raw-message',
  timeout_seconds Nullable(Float64) COMMENT 'N of "Task timed out after N seconds"',
  size Nullable(Int64) COMMENT 'extracted: $.a:int64',
  `order` Nullable(DateTime64(6, 'UTC')) COMMENT 'extracted: $["it\'s"]."{{b}}":timestamp',
  job_id Nullable(String) COMMENT 'the job\'s uuid, by the path of the result file',
  task_status Nullable(String) COMMENT 'TaskStatus, in lower case'
)
ENGINE = MergeTree ORDER BY tuple();

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
  report_created_at,
  report_row,
  key,
  NULL,
  NULL,
  NULL,
  timeout_seconds,
  size,
  `order`,
  'v',
  'v'
FROM s3('s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson', 'JSONEachRow', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64), size Nullable(Int64), `order` Nullable(DateTime64(6, \'UTC\'))')
SETTINGS use_hive_partitioning = 0, date_time_input_format = 'best_effort';
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
FROM s3('s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson', 'JSONEachRow', 'key Nullable(String), result_kind Nullable(String), result_json Nullable(String), result_message Nullable(String)')
SETTINGS use_hive_partitioning = 0, date_time_input_format = 'best_effort';

-- There is no view of whole messages: job job-a was converted without them.
