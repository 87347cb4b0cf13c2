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
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';
