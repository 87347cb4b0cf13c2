-- These statements follow the documentation of DuckDB; no test has run them there.
-- Columns, partitions and files are those of the Delta log, where new jobs are found too.
INSTALL delta;
LOAD delta;
CREATE OR REPLACE VIEW batch_operations_report AS
SELECT * FROM delta_scan('/o''ut/');

-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW batch_operations_report_messages AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN 'empty' THEN ''
    WHEN 'json' THEN result_json
    WHEN 'lambda_error' THEN 'Lambda returned function error: ' || result_json
    WHEN 'task_error' THEN 'error details: ' || result_json
  END) AS message
FROM batch_operations_report;
