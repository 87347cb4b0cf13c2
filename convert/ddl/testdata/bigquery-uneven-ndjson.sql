-- These statements follow the documentation of BigQuery; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  result_kind STRING OPTIONS (description = 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...'),
  result_json STRING OPTIONS (description = 'the JSON, or Python as JSON, in ResultMessage'),
  result_message STRING OPTIONS (description = 'ResultMessage as it stands; see --raw-message'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  size INT64 OPTIONS (description = 'extracted: $.a:int64'),
  `order` TIMESTAMP OPTIONS (description = 'extracted: $["it\'s"]."{{b}}":timestamp'),
  job_id STRING OPTIONS (description = 'the job\'s uuid, by the path of the result file'),
  task_status STRING OPTIONS (description = 'TaskStatus, in lower case')
);

-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.
LOAD DATA INTO batch_operations_report
FROM FILES (
  format = 'NEWLINE_DELIMITED_JSON',
  hive_partition_uri_prefix = 's3://bucket/reports',
  uris = [
    's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson',
    's3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson'
  ]
)
WITH PARTITION COLUMNS (job_id STRING, task_status STRING)
WITH CONNECTION `aws-us-east-1.my_connection`;

-- There is no view of whole messages: job job-a was converted without them.

-- Instead of loading: this table reads the files where they lie.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report_external (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  result_kind STRING OPTIONS (description = 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...'),
  result_json STRING OPTIONS (description = 'the JSON, or Python as JSON, in ResultMessage'),
  result_message STRING OPTIONS (description = 'ResultMessage as it stands; see --raw-message'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  size INT64 OPTIONS (description = 'extracted: $.a:int64'),
  `order` TIMESTAMP OPTIONS (description = 'extracted: $["it\'s"]."{{b}}":timestamp')
)
WITH CONNECTION `aws-us-east-1.my_connection`
WITH PARTITION COLUMNS (job_id STRING, task_status STRING)
OPTIONS (
  format = 'NEWLINE_DELIMITED_JSON',
  hive_partition_uri_prefix = 's3://bucket/reports',
  uris = ['s3://bucket/reports/job_id=*']
);
