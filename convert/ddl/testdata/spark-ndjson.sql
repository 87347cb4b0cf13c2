-- These statements follow the documentation of Spark; no test has run them there.
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record\'s number in that file, from 1',
  key string COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"'
)
USING JSON
LOCATION 'out/';
