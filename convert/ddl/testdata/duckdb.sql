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
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_file IS 'the result file''s key, as in the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.bucket IS 'Bucket';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.key_encoded IS 'the key as written in the report, where encoding key again would give another text';
COMMENT ON COLUMN batch_operations_report.version_id IS 'VersionId';
COMMENT ON COLUMN batch_operations_report.error_code IS 'ErrorCode';
COMMENT ON COLUMN batch_operations_report.http_status_code IS 'HTTPStatusCode';
COMMENT ON COLUMN batch_operations_report.result_kind IS 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...';
COMMENT ON COLUMN batch_operations_report.result_text IS 'the sentence for people in ResultMessage';
COMMENT ON COLUMN batch_operations_report.result_template IS 'result_text with what varies masked, for GROUP BY';
COMMENT ON COLUMN batch_operations_report.result_json IS 'the JSON, or Python as JSON, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.result_message IS 'ResultMessage as it stands; see --raw-message';
COMMENT ON COLUMN batch_operations_report.invalid_utf8 IS 'fields that are not UTF-8, as JSON of column and base64';
COMMENT ON COLUMN batch_operations_report.service IS 'the service that an AWS SDK''s error names';
COMMENT ON COLUMN batch_operations_report.operation IS 'the operation that an AWS SDK''s error names';
COMMENT ON COLUMN batch_operations_report.service_error_code IS 'the error code of the service, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.service_status_code IS 'the HTTP status of the service, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.request_id IS 'the request id in ResultMessage';
COMMENT ON COLUMN batch_operations_report.extended_request_id IS 'the extended (host) request id in ResultMessage';
COMMENT ON COLUMN batch_operations_report.attempts IS 'how often the request was tried, by ResultMessage';
COMMENT ON COLUMN batch_operations_report.denied_principal IS 'who was refused, by "User: ... is not authorized"';
COMMENT ON COLUMN batch_operations_report.denied_action IS 'the action that was refused, as s3:GetObject';
COMMENT ON COLUMN batch_operations_report.denied_resource IS 'the resource that it was refused on';
COMMENT ON COLUMN batch_operations_report.error_type IS 'the class of a Lambda function''s or an SDK''s error';
COMMENT ON COLUMN batch_operations_report.stack_trace IS 'the stack trace of such an error, one line an entry';
COMMENT ON COLUMN batch_operations_report.lambda_request_id IS 'the request id of a Lambda function''s error';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN batch_operations_report.occurred_at IS 'when it happened, by ResultMessage';
COMMENT ON COLUMN batch_operations_report.task_id IS 'the task''s id in ResultMessage';
COMMENT ON COLUMN batch_operations_report.etag IS 'the ETag in a copy''s or a checksum''s answer';
COMMENT ON COLUMN batch_operations_report.copied_version_id IS 'the version that a copy made';
COMMENT ON COLUMN batch_operations_report.copy_source_version_id IS 'the version that was copied';
COMMENT ON COLUMN batch_operations_report.last_modified IS 'LastModified in a copy''s answer';
COMMENT ON COLUMN batch_operations_report.checksum_algorithm IS 'the algorithm of a checksum';
COMMENT ON COLUMN batch_operations_report.checksum_type IS 'the type of a checksum: FULL_OBJECT or COMPOSITE';
COMMENT ON COLUMN batch_operations_report.checksum_base64 IS 'a checksum in base64';
COMMENT ON COLUMN batch_operations_report.checksum_hex IS 'a checksum in hexadecimal digits';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';

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
