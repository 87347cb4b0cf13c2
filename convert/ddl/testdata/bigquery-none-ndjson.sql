-- These statements follow the documentation of BigQuery; no test has run them there.
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"')
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.
LOAD DATA INTO db.ops.report
FROM FILES (
  format = 'NEWLINE_DELIMITED_JSON',
  uris = [
    's3://bucket/reports/part-0123456789abcdef-0-0.ndjson'
  ]
)
WITH CONNECTION `aws-us-east-1.my_connection`;

-- Instead of loading: this table reads the files where they lie.
CREATE EXTERNAL TABLE IF NOT EXISTS db.ops.report_external (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"')
)
WITH CONNECTION `aws-us-east-1.my_connection`
OPTIONS (
  format = 'NEWLINE_DELIMITED_JSON',
  uris = ['s3://bucket/reports/part-*']
);
