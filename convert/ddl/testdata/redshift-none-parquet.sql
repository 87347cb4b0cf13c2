-- These statements follow the documentation of Redshift; no test has run them there.
-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.
-- Times are UTC.
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION
);
COMMENT ON COLUMN db.ops.report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN db.ops.report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN db.ops.report.key IS 'Key, decoded';
COMMENT ON COLUMN db.ops.report.timeout_seconds IS 'N of "Task timed out after N seconds"';

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY reads this manifest, which is to be put there first:
-- batchreport ddl --dialect redshift-manifest 's3://bucket/reports' | aws s3 cp - 's3://bucket/reports.manifest'
COPY db.ops.report (
  report_created_at,
  report_row,
  key,
  timeout_seconds
)
FROM 's3://bucket/reports.manifest'
IAM_ROLE DEFAULT
FORMAT AS PARQUET
MANIFEST;
