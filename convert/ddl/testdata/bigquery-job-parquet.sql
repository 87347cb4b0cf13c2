-- These statements follow the documentation of BigQuery; no test has run them there.
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.
LOAD DATA INTO batch_operations_report
FROM FILES (
  format = 'PARQUET',
  hive_partition_uri_prefix = 's3://bucket/reports',
  uris = [
    's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.zstd.parquet'
  ]
)
WITH PARTITION COLUMNS (job_id STRING, task_status STRING)
WITH CONNECTION `aws-us-east-1.my_connection`;
