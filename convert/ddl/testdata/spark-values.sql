-- These statements follow the documentation of Spark; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  error_code string COMMENT 'ErrorCode',
  http_status_code int COMMENT 'HTTPStatusCode'
)
USING PARQUET
PARTITIONED BY (job_id, error_code, http_status_code)
LOCATION 'out/';

ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', error_code = null, http_status_code = 200) LOCATION 'out/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=200/'
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', error_code = 'it\'s a/b=\\', http_status_code = 404) LOCATION 'out/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/error_code=it%27s a%2Fb%3D%5C/http_status_code=404/'
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', error_code = 'two\u000alines', http_status_code = null) LOCATION 'out/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/error_code=two%0Alines/http_status_code=__HIVE_DEFAULT_PARTITION__/';
