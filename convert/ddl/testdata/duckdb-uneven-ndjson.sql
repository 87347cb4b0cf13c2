-- It finds new jobs by itself. After one that has other columns, print this again.
-- No age in job-a.
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  age,
  job_id,
  task_status
FROM read_json('/out/job_id=*/task_status=*/*.ndjson*',
  format = 'newline_delimited',
  columns = {report_created_at: 'TIMESTAMPTZ', report_row: 'BIGINT', key: 'VARCHAR', timeout_seconds: 'DOUBLE', age: 'VARCHAR'},
  hive_partitioning = true,
  hive_types = {job_id: 'VARCHAR', task_status: 'VARCHAR'}
);
