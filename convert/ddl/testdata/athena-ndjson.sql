-- These statements follow the documentation of Athena; no test has run them there.
-- Athena runs one statement at a time.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at string COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
PARTITIONED BY (
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://bucket/reports/';

-- After another job, only its partitions are to be added: see ddl --job.
ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'failed') LOCATION 's3://bucket/reports/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=failed/';

-- JSON has its times as text, and so has the table. This view has timestamps, in UTC.
-- A table that has timestamps itself is to be dropped first, which leaves the files alone.
CREATE OR REPLACE VIEW batch_operations_report_times AS
SELECT
  CAST(from_iso8601_timestamp(report_created_at) AS timestamp) AS report_created_at,
  report_row,
  key,
  timeout_seconds,
  job_id,
  task_status
FROM batch_operations_report;
