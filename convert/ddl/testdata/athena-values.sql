-- These statements follow the documentation of Athena; no test has run them there.
-- Athena runs one statement at a time.
CREATE EXTERNAL TABLE IF NOT EXISTS `Ops`.`select` (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
PARTITIONED BY (
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  error_code string COMMENT 'ErrorCode',
  http_status_code int COMMENT 'HTTPStatusCode'
)
STORED AS PARQUET
LOCATION 's3://bucket/it\'s/';

-- After another job, only its partitions are to be added: see ddl --job.
ALTER TABLE `Ops`.`select` ADD IF NOT EXISTS
  PARTITION (job_id = 'f8fb9d89-a3aa-461d-bddc-ea6a1b131955', error_code = 'it\'s a/b=\\', http_status_code = 404) LOCATION 's3://bucket/it\'s/job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/error_code=it%27s a%2Fb%3D%5C/http_status_code=404/';
-- ADD PARTITION refuses __HIVE_DEFAULT_PARTITION__, the folders of null; this finds them.
MSCK REPAIR TABLE `Ops`.`select`;
