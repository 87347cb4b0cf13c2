-- For psql. All is loaded or, after an error, nothing.
\set ON_ERROR_STOP on
BEGIN;
CREATE TABLE IF NOT EXISTS batch_operations_report (
  report_created_at timestamptz,
  report_row bigint,
  key text,
  result_kind text,
  result_json text,
  result_message text,
  timeout_seconds double precision,
  size bigint,
  "order" timestamptz,
  job_id text,
  task_status text
);
COMMENT ON COLUMN batch_operations_report.report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN batch_operations_report.report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN batch_operations_report.key IS 'Key, decoded';
COMMENT ON COLUMN batch_operations_report.result_kind IS 'the form of ResultMessage: json, python, sdk_v2, lambda_error, ...';
COMMENT ON COLUMN batch_operations_report.result_json IS 'the JSON, or Python as JSON, in ResultMessage';
COMMENT ON COLUMN batch_operations_report.result_message IS 'ResultMessage as it stands; see --raw-message';
COMMENT ON COLUMN batch_operations_report.timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN batch_operations_report.size IS 'extracted: $.a:int64';
COMMENT ON COLUMN batch_operations_report."order" IS 'extracted: $["it''s"]."{{b}}":timestamp';
COMMENT ON COLUMN batch_operations_report.job_id IS 'the job''s uuid, by the path of the result file';
COMMENT ON COLUMN batch_operations_report.task_status IS 'TaskStatus, in lower case';

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
  CAST(line ->> 'report_created_at' AS timestamptz),
  CAST(line ->> 'report_row' AS bigint),
  line ->> 'key',
  NULL,
  NULL,
  NULL,
  CAST(line ->> 'timeout_seconds' AS double precision),
  CAST(line ->> 'size' AS bigint),
  CAST(line ->> 'order' AS timestamptz),
  CAST('v' AS text),
  CAST('v' AS text)
FROM (SELECT CAST(regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') AS json) AS line FROM batchreport_lines) AS lines;
TRUNCATE batchreport_lines;
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

-- There is no view of whole messages: job job-a was converted without them.
COMMIT;
