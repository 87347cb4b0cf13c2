-- These statements follow the documentation of Trino; no test has run them there.
-- Times are UTC: where Trino's JVM runs in another zone, the catalog needs hive.parquet.time-zone=UTC.
CREATE TABLE IF NOT EXISTS "default".batch_operations_report (
  report_created_at timestamp(3) COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  job_id varchar COMMENT 'the job''s uuid, by the path of the result file',
  task_status varchar COMMENT 'TaskStatus, in lower case'
)
WITH (
  external_location = 's3://bucket/reports/',
  format = 'PARQUET',
  partitioned_by = ARRAY['job_id', 'task_status']
);

-- Partitions are found by their folders, also after another job.
CALL system.sync_partition_metadata(schema_name => 'default', table_name => 'batch_operations_report', mode => 'ADD');
