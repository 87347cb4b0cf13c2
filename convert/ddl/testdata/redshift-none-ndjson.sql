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
-- COPY is not documented to read times as these lines of JSON have them; convert --format parquet --write-partition-columns writes files that it can load.
CREATE EXTERNAL SCHEMA IF NOT EXISTS spectrum
FROM DATA CATALOG DATABASE 'spectrum' IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;
CREATE EXTERNAL TABLE spectrum.report (
  report_created_at VARCHAR(65535),
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://bucket/reports/';
INSERT INTO db.ops.report (
  report_created_at,
  report_row,
  key,
  timeout_seconds
)
SELECT
  CAST(report_created_at AS TIMESTAMPTZ) AT TIME ZONE 'UTC',
  report_row,
  key,
  timeout_seconds
FROM spectrum.report
WHERE "$path" IN (
  's3://bucket/reports/part-0123456789abcdef-0-0.ndjson'
);
