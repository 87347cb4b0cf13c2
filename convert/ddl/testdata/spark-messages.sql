-- Outside EMR, Spark reads S3 by s3a:// addresses.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  result_kind string,
  result_json string,
  result_message string,
  job_id string,
  task_status string
)
USING PARQUET
PARTITIONED BY (job_id, task_status)
LOCATION 's3://bucket/reports/';

ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'v', task_status = 'v') LOCATION 's3://bucket/reports/job_id=v/task_status=v/';

-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW batch_operations_report_messages AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN 'empty' THEN ''
    WHEN 'json' THEN result_json
    WHEN 'lambda_error' THEN 'Lambda returned function error: ' || result_json
    WHEN 'task_error' THEN 'error details: ' || result_json
  END) AS message
FROM batch_operations_report;
