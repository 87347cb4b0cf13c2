-- Athena runs one statement at a time.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp,
  report_row bigint,
  key string,
  timeout_seconds double
)
PARTITIONED BY (
  job_id string,
  task_status string
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://bucket/reports/';

-- After another job, only its partitions are to be added: see ddl --job.
ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'failed') LOCATION 's3://bucket/reports/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=failed/';
