-- These statements follow the documentation of Athena; no test has run them there.
-- Athena runs one statement at a time.
-- Athena reads S3 only: put the address of these files in place of the locations below.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
PARTITIONED BY (
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
)
STORED AS PARQUET
LOCATION 'out/';

-- After another job, only its partitions are to be added: see ddl --job.
