-- These statements follow the documentation of Athena; no test has run them there.
-- Columns, partitions and files are those of the Delta log, where new jobs are found too.
-- Athena runs one statement at a time.
CREATE EXTERNAL TABLE IF NOT EXISTS ops.report
LOCATION 's3://bucket/reports/'
TBLPROPERTIES ('table_type' = 'DELTA');

-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW ops.report_messages AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN 'empty' THEN ''
    WHEN 'json' THEN result_json
    WHEN 'lambda_error' THEN 'Lambda returned function error: ' || result_json
    WHEN 'task_error' THEN 'error details: ' || result_json
  END) AS message
FROM ops.report;
