-- DuckDB reads S3 with its httpfs extension; credentials: CREATE SECRET (TYPE s3, PROVIDER credential_chain);
-- It finds new jobs by itself. After one that has other columns, print this again.
-- No result_kind, result_json, result_message, age in job-a.
-- No key, size in job-b.
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT
  key,
  result_kind,
  result_json,
  result_message,
  size,
  age,
  job_id,
  task_status
FROM read_parquet('s3://bucket/reports/job_id=*/task_status=*/*.parquet',
  union_by_name = true,
  hive_partitioning = true,
  hive_types = {job_id: 'VARCHAR', task_status: 'VARCHAR'}
);
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.result_kind IS 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...';
COMMENT ON COLUMN batch_operations_report.result_json IS 'the JSON, or Python as JSON, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.result_message IS 'ResultMessage as it stands; see --raw-message';
COMMENT ON COLUMN batch_operations_report.size IS 'extracted: $.a:int64';
COMMENT ON COLUMN batch_operations_report.age IS 'extracted: $.a';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';

-- There is no view of whole messages: job job-a was converted without them.
