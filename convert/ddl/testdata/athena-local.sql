-- Athena runs one statement at a time.
-- Athena reads S3 only: put the address of these files in place of the locations below.
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
STORED AS PARQUET
LOCATION 'out/';

-- After another job, only its partitions are to be added: see ddl --job.
