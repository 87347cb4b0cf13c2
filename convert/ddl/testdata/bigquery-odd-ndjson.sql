-- These statements follow the documentation of BigQuery; no test has run them there.
CREATE TABLE IF NOT EXISTS `Ops`.`select` (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  `Its 'own' "name" \\ .x` INT64 OPTIONS (description = 'extracted from JSON'),
  error_code STRING OPTIONS (description = 'ErrorCode'),
  http_status_code INT64 OPTIONS (description = 'HTTPStatusCode')
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Replace aws-us-east-1.my_connection, by which BigQuery has access to the bucket.
-- Values of the path with % escapes, and what stands there for null, are not documented to be decoded: convert --write-partition-columns keeps them.
LOAD DATA INTO `Ops`.`select`
FROM FILES (
  format = 'NEWLINE_DELIMITED_JSON',
  hive_partition_uri_prefix = 's3://bucket/it\'s a \\',
  uris = [
    's3://bucket/it\'s a \\/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.ndjson',
    's3://bucket/it\'s a \\/error_code=it%27s %5C a%0Ab\U0000200b/http_status_code=404/part-0123456789abcdef-0-0.ndjson'
  ]
)
WITH PARTITION COLUMNS (error_code STRING, http_status_code INT64)
WITH CONNECTION `aws-us-east-1.my_connection`;

-- Instead of loading: this table reads the files where they lie.
CREATE EXTERNAL TABLE IF NOT EXISTS `Ops`.select_external (
  report_created_at TIMESTAMP OPTIONS (description = 'ReportCreationDate of the manifest'),
  report_row INT64 OPTIONS (description = 'the record\'s number in that file, from 1'),
  key STRING OPTIONS (description = 'Key, decoded'),
  timeout_seconds FLOAT64 OPTIONS (description = 'N of "Task timed out after N seconds"'),
  `Its 'own' "name" \\ .x` INT64 OPTIONS (description = 'extracted from JSON')
)
WITH CONNECTION `aws-us-east-1.my_connection`
WITH PARTITION COLUMNS (error_code STRING, http_status_code INT64)
OPTIONS (
  format = 'NEWLINE_DELIMITED_JSON',
  hive_partition_uri_prefix = 's3://bucket/it\'s a \\',
  uris = ['s3://bucket/it\'s a \\/error_code=*']
);
