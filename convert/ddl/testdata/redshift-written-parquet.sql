-- These statements follow the documentation of Redshift; no test has run them there.
-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.
-- Times are UTC.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  job_id VARCHAR(65535),
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  task_status VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION
);
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY reads this manifest, which is to be put there first:
-- batchreport ddl --dialect redshift-manifest 's3://bucket/reports' | aws s3 cp - 's3://bucket/reports.manifest'
COPY batch_operations_report (
  job_id,
  report_created_at,
  report_row,
  key,
  task_status,
  timeout_seconds
)
FROM 's3://bucket/reports.manifest'
IAM_ROLE DEFAULT
FORMAT AS PARQUET
MANIFEST;
