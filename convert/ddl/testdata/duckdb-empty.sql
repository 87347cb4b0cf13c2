-- No job has a row yet, and DuckDB reads no files that are not there: print this again after one that has.
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT
  CAST(NULL AS TIMESTAMPTZ) AS report_created_at,
  CAST(NULL AS BIGINT) AS report_row,
  CAST(NULL AS VARCHAR) AS key,
  CAST(NULL AS DOUBLE) AS timeout_seconds,
  CAST(NULL AS VARCHAR) AS job_id,
  CAST(NULL AS VARCHAR) AS task_status
WHERE false;
