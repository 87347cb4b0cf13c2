-- These statements follow the documentation of Trino; no test has run them there.
CREATE TABLE IF NOT EXISTS "default".batch_operations_report (
  report_created_at varchar COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  job_id varchar COMMENT 'the job''s uuid, by the path of the result file',
  task_status varchar COMMENT 'TaskStatus, in lower case'
)
WITH (
  external_location = 's3://bucket/reports/',
  format = 'JSON',
  partitioned_by = ARRAY['job_id', 'task_status']
);

-- Partitions are found by their folders, also after another job.
CALL system.sync_partition_metadata(schema_name => 'default', table_name => 'batch_operations_report', mode => 'ADD');

-- JSON has its times as text, and so has the table. This view has timestamps, in UTC.
-- A table that has timestamps itself is to be dropped first, which leaves the files alone.
CREATE OR REPLACE VIEW "default".batch_operations_report_times AS
SELECT
  CAST(from_iso8601_timestamp(report_created_at) AS timestamp) AS report_created_at,
  report_row,
  key,
  timeout_seconds,
  job_id,
  task_status
FROM "default".batch_operations_report;
