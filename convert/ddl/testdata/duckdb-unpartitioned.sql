-- It finds new jobs by itself. After one that has other columns, print this again.
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds
FROM read_json('out/*.ndjson*',
  format = 'newline_delimited',
  columns = {report_created_at: 'TIMESTAMPTZ', report_row: 'BIGINT', key: 'VARCHAR', timeout_seconds: 'DOUBLE'},
  hive_partitioning = false
);
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
