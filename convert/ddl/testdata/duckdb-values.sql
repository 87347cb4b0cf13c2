-- It finds new jobs by itself. After one that has other columns, print this again.
CREATE OR REPLACE VIEW "Report" AS
SELECT
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  job_id,
  error_code,
  http_status_code
FROM read_parquet('out/it''s [[]a] b[*]/job_id=*/error_code=*/http_status_code=*/*.parquet',
  hive_partitioning = true,
  hive_types = {job_id: 'VARCHAR', error_code: 'VARCHAR', http_status_code: 'INTEGER'}
);
