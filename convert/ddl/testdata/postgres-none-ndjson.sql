-- For psql. All is loaded or, after an error, nothing.
\set ON_ERROR_STOP on
BEGIN;
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at timestamptz,
  report_row bigint,
  key text,
  timeout_seconds double precision
);
COMMENT ON COLUMN db.ops.report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN db.ops.report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN db.ops.report.key IS 'Key, decoded';
COMMENT ON COLUMN db.ops.report.timeout_seconds IS 'N of "Task timed out after N seconds"';

-- Rows of a job that was loaded before and converted again are to be deleted first.
CREATE TEMPORARY TABLE batchreport_lines (line text) ON COMMIT DROP;
\copy batchreport_lines FROM PROGRAM 'aws s3 cp --quiet ''s3://bucket/reports/part-0123456789abcdef-0-0.ndjson'' -' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO db.ops.report (
  report_created_at,
  report_row,
  key,
  timeout_seconds
)
SELECT
  CAST(line ->> 'report_created_at' AS timestamptz),
  CAST(line ->> 'report_row' AS bigint),
  line ->> 'key',
  CAST(line ->> 'timeout_seconds' AS double precision)
FROM (SELECT CAST(regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') AS json) AS line FROM batchreport_lines) AS lines;
TRUNCATE batchreport_lines;
COMMIT;
