-- These statements follow the documentation of Trino; no test has run them there.
-- Columns, partitions and files are those of the Delta log, where new jobs are found too.
-- In a catalog of the Delta Lake connector that has delta.register-table-procedure.enabled.
CALL lake.system.register_table(schema_name => 'ops', table_name => 'report', table_location => 's3://bucket/it''s/');

-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW lake."Ops".report_messages AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN 'empty' THEN ''
    WHEN 'json' THEN result_json
    WHEN 'lambda_error' THEN 'Lambda returned function error: ' || result_json
    WHEN 'task_error' THEN 'error details: ' || result_json
  END) AS message
FROM lake."Ops".report;
