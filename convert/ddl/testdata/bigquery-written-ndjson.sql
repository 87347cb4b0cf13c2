-- These statements follow the documentation of BigQuery; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  job_id STRING OPTIONS (description = 'the job\'s uuid, by the path of the result file'),
  task_status STRING OPTIONS (description = 'TaskStatus, in lower case')
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.
LOAD DATA INTO batch_operations_report
FROM FILES (
  format = 'NEWLINE_DELIMITED_JSON',
  uris = [
    's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson',
    's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson'
  ]
)
WITH CONNECTION `aws-us-east-1.my_connection`;

-- Instead of loading: this table reads the files where they lie.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report_external (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  job_id STRING OPTIONS (description = 'the job\'s uuid, by the path of the result file'),
  task_status STRING OPTIONS (description = 'TaskStatus, in lower case')
)
WITH CONNECTION `aws-us-east-1.my_connection`
OPTIONS (
  format = 'NEWLINE_DELIMITED_JSON',
  uris = ['s3://bucket/reports/job_id=*']
);
