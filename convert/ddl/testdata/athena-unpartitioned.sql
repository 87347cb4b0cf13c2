-- Athena runs one statement at a time.
CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamp,
  report_row bigint,
  key string,
  timeout_seconds double
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://bucket/reports/';
