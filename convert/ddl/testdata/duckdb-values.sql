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
COMMENT ON COLUMN "Report".report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN "Report".report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN "Report".key IS 'Key, decoded';
COMMENT ON COLUMN "Report".timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN "Report".job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN "Report".error_code IS 'ErrorCode';
COMMENT ON COLUMN "Report".http_status_code IS 'HTTPStatusCode';
