-- DuckDB reads S3 with its httpfs extension; credentials: CREATE SECRET (TYPE s3, PROVIDER credential_chain);
-- It finds new jobs by itself. After one that has other columns, print this again.
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT
  report_created_at,
  report_file,
  report_row,
  bucket,
  key,
  key_encoded,
  version_id,
  error_code,
  http_status_code,
  result_kind,
  result_text,
  result_template,
  result_json,
  result_message,
  invalid_utf8,
  service,
  operation,
  service_error_code,
  service_status_code,
  request_id,
  extended_request_id,
  attempts,
  denied_principal,
  denied_action,
  denied_resource,
  error_type,
  stack_trace,
  lambda_request_id,
  timeout_seconds,
  occurred_at,
  task_id,
  etag,
  copied_version_id,
  copy_source_version_id,
  last_modified,
  checksum_algorithm,
  checksum_type,
  checksum_base64,
  checksum_hex,
  job_id,
  task_status
FROM read_parquet('s3://bucket/reports/job_id=*/task_status=*/*.parquet',
  hive_partitioning = true,
  hive_types = {job_id: 'VARCHAR', task_status: 'VARCHAR'}
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
