-- These statements follow the documentation of Athena; no test has run them there.
-- Athena runs one statement at a time.
-- A value that is not listed below is not found: print these statements again when a job brings new ones.
-- __HIVE_DEFAULT_PARTITION__ stands for null; whether IS NULL finds it is not documented: leave the column out of WHERE.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
PARTITIONED BY (
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  error_code string COMMENT 'ErrorCode',
  http_status_code string COMMENT 'HTTPStatusCode'
)
STORED AS PARQUET
LOCATION 's3://bucket/reports/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.job_id.type' = 'enum',
  'projection.job_id.values' = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955',
  'projection.error_code.type' = 'enum',
  'projection.error_code.values' = 'AccessDenied,__HIVE_DEFAULT_PARTITION__',
  'projection.http_status_code.type' = 'enum',
  'projection.http_status_code.values' = '200,403',
  'storage.location.template' = 's3://bucket/reports/job_id=${job_id}/error_code=${error_code}/http_status_code=${http_status_code}/'
);
