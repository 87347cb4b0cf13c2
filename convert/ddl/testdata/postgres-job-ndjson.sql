-- For psql. All is loaded or, after an error, nothing.
\set ON_ERROR_STOP on
BEGIN;
-- No result_kind, result_json, result_message in job-a.
-- No report_created_at, report_row, timeout_seconds, size, order in job-b.
-- Rows of a job that was loaded before and converted again are to be deleted first.
CREATE TEMPORARY TABLE batchreport_lines (line text) ON COMMIT DROP;
\copy batchreport_lines FROM PROGRAM 'aws s3 cp --quiet ''s3://bucket/reports/job_id=v/task_status=v/part-0123456789abcdef-0-0.ndjson'' -' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO batch_operations_report (
  report_created_at,
  report_row,
  key,
  result_kind,
  result_json,
  result_message,
  timeout_seconds,
  size,
  "order",
  job_id,
  task_status
)
SELECT
  NULL,
  NULL,
  line ->> 'key',
  line ->> 'result_kind',
  line ->> 'result_json',
  line ->> 'result_message',
  NULL,
  NULL,
  NULL,
  CAST('v' AS text),
  CAST('v' AS text)
FROM (SELECT CAST(regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') AS json) AS line FROM batchreport_lines) AS lines;
TRUNCATE batchreport_lines;
COMMIT;
