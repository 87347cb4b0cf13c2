-- These statements follow the documentation of Trino; no test has run them there.
-- Columns, partitions and files are those of the Delta log, where new jobs are found too.
-- The catalog is one of the Delta Lake connector, and has delta.register-table-procedure.enabled=true.
CALL "delta".system.register_table(schema_name => 'ops', table_name => 'report', table_location => 's3://bucket/reports/');

-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW "delta".ops.report_messages AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN 'empty' THEN ''
    WHEN 'json' THEN result_json
    WHEN 'lambda_error' THEN 'Lambda returned function error: ' || result_json
    WHEN 'task_error' THEN 'error details: ' || result_json
  END) AS message
FROM "delta".ops.report;
