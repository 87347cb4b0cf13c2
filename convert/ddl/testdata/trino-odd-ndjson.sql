-- These statements follow the documentation of Trino; no test has run them there.
CREATE TABLE IF NOT EXISTS "Ops"."select" (
  report_created_at varchar COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  "Its 'own' ""name"" \ .x" bigint COMMENT 'extracted from JSON',
  error_code varchar COMMENT 'ErrorCode',
  http_status_code integer COMMENT 'HTTPStatusCode'
)
WITH (
  external_location = 's3://bucket/it''s a \/',
  format = 'JSON',
  partitioned_by = ARRAY['error_code', 'http_status_code']
);

-- Partitions are found by their folders, also after another job.
CALL system.sync_partition_metadata(schema_name => 'ops', table_name => 'select', mode => 'ADD');

-- JSON has its times as text, and so has the table. This view has timestamps, in UTC.
-- A table that has timestamps itself is to be dropped first, which leaves the files alone.
CREATE OR REPLACE VIEW "Ops".select_times AS
SELECT
  CAST(from_iso8601_timestamp(report_created_at) AS timestamp) AS report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  error_code,
  http_status_code
FROM "Ops"."select";
