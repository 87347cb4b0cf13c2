-- These statements follow the documentation of Redshift; no test has run them there.
-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.
-- Times are UTC.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION,
  job_id VARCHAR(65535),
  task_status VARCHAR(65535)
);
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY is not documented to read times as these lines of JSON have them; convert --format parquet --write-partition-columns writes files that it can load.
CREATE EXTERNAL SCHEMA IF NOT EXISTS spectrum
FROM DATA CATALOG DATABASE 'spectrum' IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;
CREATE EXTERNAL TABLE spectrum.batch_operations_report (
  report_created_at VARCHAR(65535),
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION
)
PARTITIONED BY (
  job_id VARCHAR(65535),
  task_status VARCHAR(65535)
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://bucket/reports/';
ALTER TABLE spectrum.batch_operations_report ADD IF NOT EXISTS PARTITION (job_id = 'v', task_status = 'v') LOCATION 's3://bucket/reports/job_id=v/task_status=v/';
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  job_id,
  task_status
)
SELECT
  CAST(report_created_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC',
  report_row,
  key,
  timeout_seconds,
  CAST('v' AS VARCHAR(65535)),
  CAST('v' AS VARCHAR(65535))
FROM spectrum.batch_operations_report
WHERE "$path" IN (
  's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson',
  's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson'
);
