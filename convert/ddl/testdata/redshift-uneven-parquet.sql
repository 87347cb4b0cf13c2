-- These statements follow the documentation of Redshift; no test has run them there.
-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.
-- Times are UTC.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  result_kind VARCHAR(65535),
  result_json VARCHAR(65535),
  result_message VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION,
  size BIGINT,
  "order" TIMESTAMP,
  job_id VARCHAR(65535),
  task_status VARCHAR(65535)
);
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.result_kind IS 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...';
COMMENT ON COLUMN batch_operations_report.result_json IS 'the JSON, or Python as JSON, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.result_message IS 'ResultMessage as it stands; see --raw-message';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN batch_operations_report.size IS 'extracted: $.a:int64';
COMMENT ON COLUMN batch_operations_report."order" IS 'extracted: $["it''s"]."{{b}}":timestamp';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';

-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY would lose columns: they are only in the path, or not in all files. convert --write-partition-columns writes files that it can load.
CREATE EXTERNAL SCHEMA IF NOT EXISTS spectrum
FROM DATA CATALOG DATABASE 'spectrum' IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;
CREATE EXTERNAL TABLE spectrum.batch_operations_report (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  result_kind VARCHAR(65535),
  result_json VARCHAR(65535),
  result_message VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION,
  size BIGINT,
  "order" TIMESTAMP
)
PARTITIONED BY (
  job_id VARCHAR(65535),
  task_status VARCHAR(65535)
)
STORED AS PARQUET
LOCATION 's3://bucket/reports/';
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
  report_created_at,
  report_row,
  key,
  NULL,
  NULL,
  NULL,
  timeout_seconds,
  size,
  "order",
  CAST('v' AS VARCHAR(65535)),
  CAST('v' AS VARCHAR(65535))
FROM spectrum.batch_operations_report
WHERE "$path" IN (
  's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet'
);
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

-- There is no view of whole messages: job job-a was converted without them.
