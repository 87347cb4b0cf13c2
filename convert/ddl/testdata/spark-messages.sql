-- These statements follow the documentation of Spark; no test has run them there.
-- Outside EMR, Spark reads S3 by s3a:// addresses.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  result_kind string COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json string COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message string COMMENT 'ResultMessage as it stands; see --raw-message',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
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
