CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp,
  report_row bigint,
  key string,
  timeout_seconds double
)
USING JSON
LOCATION 'out/';
