-- Outside EMR, Spark reads S3 by s3a:// addresses.
-- Not all jobs have all of these columns: they are null in the rows of the others.
-- No result_kind, result_json, result_message, age in job-a.
-- No key, size in job-b.
-- A table that is there already keeps the columns that it has: DROP TABLE first, which leaves the files alone.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  key string,
  result_kind string,
  result_json string,
  result_message string,
  size bigint,
  age string,
  job_id string,
  task_status string
)
USING PARQUET
PARTITIONED BY (job_id, task_status)
LOCATION 's3://bucket/reports/';

ALTER TABLE batch_operations_report ADD IF NOT EXISTS
  PARTITION (job_id = 'v', task_status = 'v') LOCATION 's3://bucket/reports/job_id=v/task_status=v/';

-- There is no view of whole messages: job job-a was converted without them.
