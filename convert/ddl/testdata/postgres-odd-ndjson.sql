-- For psql. All is loaded or, after an error, nothing.
\set ON_ERROR_STOP on
BEGIN;
CREATE TABLE IF NOT EXISTS "Ops"."select" (
  report_created_at timestamptz,
  report_row bigint,
  key text,
  timeout_seconds double precision,
  "Its 'own' ""name"" \ .x" bigint,
  error_code text,
  http_status_code integer
);
COMMENT ON COLUMN "Ops"."select".report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN "Ops"."select".report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN "Ops"."select".key IS 'Key, decoded';
COMMENT ON COLUMN "Ops"."select".timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN "Ops"."select"."Its 'own' ""name"" \ .x" IS 'extracted from JSON';
COMMENT ON COLUMN "Ops"."select".error_code IS 'ErrorCode';
COMMENT ON COLUMN "Ops"."select".http_status_code IS 'HTTPStatusCode';

-- Rows of a job that was loaded before and converted again are to be deleted first.
CREATE TEMPORARY TABLE batchreport_lines (line text) ON COMMIT DROP;
\copy batchreport_lines FROM PROGRAM 'aws s3 cp --quiet ''s3://bucket/it''\''''s a \/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.ndjson'' -' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO "Ops"."select" (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  error_code,
  http_status_code
)
SELECT
  CAST(line ->> 'report_created_at' AS timestamptz),
  CAST(line ->> 'report_row' AS bigint),
  line ->> 'key',
  CAST(line ->> 'timeout_seconds' AS double precision),
  CAST(line ->> 'Its ''own'' "name" \ .x' AS bigint),
  NULL,
  NULL
FROM (SELECT CAST(regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') AS json) AS line FROM batchreport_lines) AS lines;
TRUNCATE batchreport_lines;
\copy batchreport_lines FROM PROGRAM 'aws s3 cp --quiet "$(printf ''s3://bucket/it\047s a \134/error_code=it\04527s \0455C a\0450Ab\342\200\213/http_status_code=404/part-0123456789abcdef-0-0.ndjson'')" -' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
INSERT INTO "Ops"."select" (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  error_code,
  http_status_code
)
SELECT
  CAST(line ->> 'report_created_at' AS timestamptz),
  CAST(line ->> 'report_row' AS bigint),
  line ->> 'key',
  CAST(line ->> 'timeout_seconds' AS double precision),
  CAST(line ->> 'Its ''own'' "name" \ .x' AS bigint),
  CAST('it''s \ a' || chr(10) || 'b' || chr(8203) || '' AS text),
  CAST('404' AS integer)
FROM (SELECT CAST(regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') AS json) AS line FROM batchreport_lines) AS lines;
TRUNCATE batchreport_lines;
COMMIT;
