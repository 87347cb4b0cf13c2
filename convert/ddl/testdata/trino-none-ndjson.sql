-- These statements follow the documentation of Trino; no test has run them there.
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at varchar COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
WITH (
  external_location = 's3://bucket/reports/',
  format = 'JSON'
);

-- JSON has its times as text, and so has the table. This view has timestamps, in UTC.
-- A table that has timestamps itself is to be dropped first, which leaves the files alone.
CREATE OR REPLACE VIEW db.ops.report_times AS
SELECT
  CAST(from_iso8601_timestamp(report_created_at) AS timestamp) AS report_created_at,
  report_row,
  key,
  timeout_seconds
FROM db.ops.report;
