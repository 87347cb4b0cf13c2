-- These statements follow the documentation of Snowflake; no test has run them there.
-- A string, or a line of JSON, has at most 16 MB, or what the account has been raised to.
ALTER SESSION SET TIMEZONE = 'UTC';
-- Replace my_integration, by which Snowflake has access to the bucket: CREATE STORAGE INTEGRATION.
CREATE STAGE IF NOT EXISTS batch_operations_report_stage
  URL = 's3://bucket/reports/'
  STORAGE_INTEGRATION = my_integration;
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at TIMESTAMP_LTZ(6) COMMENT 'ReportCreationDate of the manifest',
  report_row NUMBER(19,0) COMMENT 'the record\'s number in that file, from 1',
  key VARCHAR COMMENT 'Key, decoded',
  result_kind VARCHAR COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json VARCHAR COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message VARCHAR COMMENT 'ResultMessage as it stands; see --raw-message',
  timeout_seconds FLOAT COMMENT 'N of "Task timed out after N seconds"',
  size NUMBER(19,0) COMMENT 'extracted: $.a:int64',
  "ORDER" TIMESTAMP_LTZ(6) COMMENT 'extracted: $["it\'s"]."{{b}}":timestamp',
  job_id VARCHAR COMMENT 'the job\'s uuid, by the path of the result file',
  task_status VARCHAR COMMENT 'TaskStatus, in lower case'
);

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
  CAST($1:"report_created_at" AS TIMESTAMP_LTZ(6)),
  CAST($1:"report_row" AS NUMBER(19,0)),
  CAST($1:"key" AS VARCHAR),
  NULL,
  NULL,
  NULL,
  CAST($1:"timeout_seconds" AS FLOAT),
  CAST($1:"size" AS NUMBER(19,0)),
  CAST($1:"order" AS TIMESTAMP_LTZ(6)),
  CAST('v' AS VARCHAR),
  CAST('v' AS VARCHAR)
  FROM @batch_operations_report_stage)
FILES = (
  'job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
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

-- There is no view of whole messages: job job-a was converted without them.
