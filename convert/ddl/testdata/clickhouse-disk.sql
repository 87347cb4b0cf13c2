CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at Nullable(DateTime64(6, 'UTC')) COMMENT 'ReportCreationDate of the manifest',
  report_row Nullable(Int64) COMMENT 'the record\'s number in that file, from 1',
  key Nullable(String) COMMENT 'Key, decoded',
  timeout_seconds Nullable(Float64) COMMENT 'N of "Task timed out after N seconds"',
  error_code Nullable(String) COMMENT 'ErrorCode',
  http_status_code Nullable(Int32) COMMENT 'HTTPStatusCode'
)
ENGINE = MergeTree ORDER BY tuple();

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- clickhouse-local reads these files; a server reads only what lies below its user_files_path.
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  error_code,
  http_status_code
)
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  'x',
  NULL
FROM file('/data/out/error_code=x/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.ndjson', 'JSONEachRow', 'report_created_at Nullable(DateTime64(6, \'UTC\')), report_row Nullable(Int64), key Nullable(String), timeout_seconds Nullable(Float64)')
SETTINGS use_hive_partitioning = 0, date_time_input_format = 'best_effort';
