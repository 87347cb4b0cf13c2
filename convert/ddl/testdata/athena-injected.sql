-- Athena runs one statement at a time.
-- Athena takes job_id from the query: every query must name the jobs it reads, as in
-- WHERE job_id = '...' or WHERE job_id IN ('...', '...').
-- A value that is not listed below is not found: print these statements again when a job brings new ones.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp,
  report_file string,
  report_row bigint,
  bucket string,
  key string,
  key_encoded string,
  version_id string,
  error_code string,
  http_status_code int,
  result_kind string,
  result_text string,
  result_template string,
  result_json string,
  result_message string,
  invalid_utf8 string,
  service string,
  operation string,
  service_error_code string,
  service_status_code int,
  request_id string,
  extended_request_id string,
  attempts int,
  denied_principal string,
  denied_action string,
  denied_resource string,
  error_type string,
  stack_trace string,
  lambda_request_id string,
  timeout_seconds double,
  occurred_at timestamp,
  task_id string,
  etag string,
  copied_version_id string,
  copy_source_version_id string,
  last_modified timestamp,
  checksum_algorithm string,
  checksum_type string,
  checksum_base64 string,
  checksum_hex string
)
PARTITIONED BY (
  job_id string,
  task_status string
)
STORED AS PARQUET
LOCATION 's3://bucket/reports/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.job_id.type' = 'injected',
  'projection.task_status.type' = 'enum',
  'projection.task_status.values' = 'failed,succeeded',
  'storage.location.template' = 's3://bucket/reports/job_id=${job_id}/task_status=${task_status}/'
);

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
