-- These statements follow the documentation of Spark; no test has run them there.
-- Outside EMR, Spark reads S3 by s3a:// addresses.
-- Not all jobs have all of these columns: they are null in the rows of the others.
-- No result_kind, result_json, result_message, age in job-a.
-- No key, size in job-b.
-- A table that is there already keeps the columns that it has: DROP TABLE first, which leaves the files alone.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  key string COMMENT 'Key, decoded',
  result_kind string COMMENT 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...',
  result_json string COMMENT 'the JSON, or Python as JSON, in ResultMessage',
  result_message string COMMENT 'ResultMessage as it stands; see --raw-message',
  size bigint COMMENT 'extracted: $.a:int64',
  age string COMMENT 'extracted: $.a',
  job_id string COMMENT 'the job\'s uuid, by the path of the result file',
  task_status string COMMENT 'TaskStatus, in lower case'
)
USING PARQUET
PARTITIONED BY (job_id, task_status)
LOCATION 's3://bucket/reports/';

ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'v', task_status = 'v') LOCATION 's3://bucket/reports/job_id=v/task_status=v/';

-- There is no view of whole messages: job job-a was converted without them.
