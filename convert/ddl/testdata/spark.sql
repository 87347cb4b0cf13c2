-- These statements follow the documentation of Spark; no test has run them there.
-- Outside EMR, Spark reads S3 by s3a:// addresses.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_file string COMMENT 'the result file\'s key, as in the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  bucket string COMMENT 'Bucket',
  key string COMMENT 'Key, decoded',
  key_encoded string COMMENT 'the key as written in the report, where encoding key again would give another text',
  version_id string COMMENT 'VersionId',
  error_code string COMMENT 'ErrorCode',
  http_status_code int COMMENT 'HTTPStatusCode',
  result_kind string COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_text string COMMENT 'the sentence for people in ResultMessage',
  result_template string COMMENT 'result_text with what varies masked, for GROUP BY',
  result_json string COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message string COMMENT 'ResultMessage as it stands; see --raw-message',
  invalid_utf8 string COMMENT 'fields that are not UTF-8, as JSON of column and base64',
  service string COMMENT 'the service that an AWS SDK\'s error names',
  operation string COMMENT 'the operation that an AWS SDK\'s error names',
  service_error_code string COMMENT 'the error code of the service, in ResultMessage',
  service_status_code int COMMENT 'the HTTP status of the service, in ResultMessage',
  request_id string COMMENT 'the request id in ResultMessage',
  extended_request_id string COMMENT 'the extended (host) request id in ResultMessage',
  attempts int COMMENT 'how often the request was tried, by ResultMessage',
  denied_principal string COMMENT 'who was refused, by "User: ... is not authorized"',
  denied_action string COMMENT 'the action that was refused, as s3:GetObject',
  denied_resource string COMMENT 'the resource that it was refused on',
  error_type string COMMENT 'the class of a Lambda function\'s or an SDK\'s error',
  stack_trace string COMMENT 'the stack trace of such an error, one line an entry',
  lambda_request_id string COMMENT 'the request id of a Lambda function\'s error',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  occurred_at timestamp COMMENT 'when it happened, by ResultMessage',
  task_id string COMMENT 'the task\'s id in ResultMessage',
  etag string COMMENT 'the ETag in a copy\'s or a checksum\'s answer',
  copied_version_id string COMMENT 'the version that a copy made',
  copy_source_version_id string COMMENT 'the version that was copied',
  last_modified timestamp COMMENT 'LastModified in a copy\'s answer',
  checksum_algorithm string COMMENT 'the algorithm of a checksum',
  checksum_type string COMMENT 'the type of a checksum: FULL_OBJECT or COMPOSITE',
  checksum_base64 string COMMENT 'a checksum in base64',
  checksum_hex string COMMENT 'a checksum in hexadecimal digits',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
)
USING PARQUET
PARTITIONED BY (job_id, task_status)
LOCATION 's3://bucket/reports/';

ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = '0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77', task_status = 'failed') LOCATION 's3://bucket/reports/job_id=0d1c9d26-5ab7-4d5c-94c1-8d2a5f0a3b77/task_status=failed/'
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'failed') LOCATION 's3://bucket/reports/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=failed/'
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', task_status = 'succeeded') LOCATION 's3://bucket/reports/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=succeeded/';

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
