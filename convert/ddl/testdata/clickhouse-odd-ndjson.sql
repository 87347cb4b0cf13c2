CREATE TABLE IF NOT EXISTS `Ops`.`select` (
  report_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'ReportCreationDate of the manifest',
  report_row Nullable(Int64) COMMENT 'the record\'s number in that file, from 1',
  key Nullable(String) COMMENT 'Key, decoded',
  timeout_seconds Nullable(Float64) COMMENT 'N of "Task timed out after N seconds"',
  `Its 'own' "name" \\ .x` Nullable(Int64) COMMENT 'extracted from JSON',
  error_code Nullable(String) COMMENT 'ErrorCode',
  http_status_code Nullable(Int32) COMMENT 'HTTPStatusCode'
)
ENGINE = MergeTree ORDER BY tuple();

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- The server's own credentials read S3; others stand behind the address: s3('...', 'KEY', 'SECRET', ...).
INSERT INTO `Ops`.`select` (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \\ .x`,
  error_code,
  http_status_code
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \\ .x`,
  NULL,
  NULL
FROM s3('s3://bucket/it%27s%20a%20%5C/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.ndjson', 'JSONEachRow', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64), `Its \'own\' "name" \\\\ .x` Nullable(Int64)')
SETTINGS use_hive_partitioning = 0, date_time_input_format = 'best_effort';
INSERT INTO `Ops`.`select` (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \\ .x`,
  error_code,
  http_status_code
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  `Its 'own' "name" \\ .x`,
  'it\'s \\ a\x0Ab\xE2\x80\x8B',
  CAST('404' AS Nullable(Int32))
FROM s3('s3://bucket/it%27s%20a%20%5C/error_code=it%2527s%20%255C%20a%250Ab%E2%80%8B/http_status_code=404/part-0123456789abcdef-0-0.ndjson', 'JSONEachRow', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64), `Its \'own\' "name" \\\\ .x` Nullable(Int64)')
SETTINGS use_hive_partitioning = 0, date_time_input_format = 'best_effort';
