-- These statements follow the documentation of Trino; no test has run them there.
-- Not all jobs have all of these columns: they are null in the rows of the others.
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- A table that is there already keeps the columns that it has: DROP TABLE first, which leaves the files alone.
CREATE TABLE IF NOT EXISTS "default".batch_operations_report (
  report_created_at varchar COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  result_kind varchar COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json varchar COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message varchar COMMENT 'ResultMessage as it stands; see --raw-message',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  size bigint COMMENT 'extracted: $.a:int64',
  "order" varchar COMMENT 'extracted: $["it''s"]."{{b}}":timestamp',
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
  result_kind,
  result_json,
  result_message,
  timeout_seconds,
  size,
  CAST(from_iso8601_timestamp("order") AS timestamp) AS "order",
  job_id,
  task_status
FROM "default".batch_operations_report;

-- There is no view of whole messages: job job-a was converted without them.
