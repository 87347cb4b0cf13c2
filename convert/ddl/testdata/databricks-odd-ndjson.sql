-- These statements follow the documentation of Databricks; no test has run them there.
CREATE TABLE IF NOT EXISTS `Ops`.`select` (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  `Its 'own' "name" \ .x` bigint COMMENT 'extracted from JSON',
  error_code string COMMENT 'ErrorCode',
  http_status_code int COMMENT 'HTTPStatusCode'
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
INSERT INTO `Ops`.`select` (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \ .x`,
  error_code,
  http_status_code
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \ .x`,
  CAST(NULL AS string),
  CAST(NULL AS int)
FROM read_files('s3://bucket/it\'s a \\\\/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.ndjson',
  format => 'json',
  schema => 'report_created_at timestamp, report_row bigint, key string, timeout_seconds double, `Its \'own\' "name" \\ .x` bigint');
INSERT INTO `Ops`.`select` (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \ .x`,
  error_code,
  http_status_code
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \ .x`,
  CAST('it\'s \\ a\u000ab\u200b' AS string),
  CAST('404' AS int)
FROM read_files('s3://bucket/it\'s a \\\\/error_code=it%27s %5C a%0Ab\u200b/http_status_code=404/part-0123456789abcdef-0-0.ndjson',
  format => 'json',
  schema => 'report_created_at timestamp, report_row bigint, key string, timeout_seconds double, `Its \'own\' "name" \\ .x` bigint');
