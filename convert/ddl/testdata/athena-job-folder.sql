-- These statements follow the documentation of Athena; no test has run them there.
ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = '0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77', task_status = 'failed') LOCATION 's3://bucket/reports/job_id=0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77/task_status=failed/';
