-- These statements follow the documentation of Snowflake; no test has run them there.
-- A string, or a line of JSON, has at most 16 MB, or what the account has been raised to.
ALTER SESSION SET TIMEZONE = 'UTC';
-- Replace my_integration, by which Snowflake has access to the bucket: CREATE STORAGE INTEGRATION.
CREATE STAGE IF NOT EXISTS "Ops".select_stage
  URL = 's3://bucket/it\'s a \\/'
  STORAGE_INTEGRATION = my_integration;
CREATE TABLE IF NOT EXISTS "Ops"."SELECT" (
  report_created_at TIMESTAMP_LTZ(6) COMMENT 'ReportCreationDate of the manifest',
  report_row NUMBER(19,0) COMMENT 'the record\'s number in that file, from 1',
  key VARCHAR COMMENT 'Key, decoded',
  timeout_seconds FLOAT COMMENT 'N of "Task timed out after N seconds"',
  "Its 'own' ""name"" \ .x" NUMBER(19,0) COMMENT 'extracted from JSON',
  error_code VARCHAR COMMENT 'ErrorCode',
  http_status_code NUMBER(10,0) COMMENT 'HTTPStatusCode'
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- Columns that only the path has are constants below; convert --write-partition-columns needs fewer statements.
COPY INTO "Ops"."SELECT" (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  error_code,
  http_status_code
)
FROM (SELECT
  CAST($1:"report_created_at" AS TIMESTAMP_LTZ(6)),
  CAST($1:"report_row" AS NUMBER(19,0)),
  CAST($1:"key" AS VARCHAR),
  CAST($1:"timeout_seconds" AS FLOAT),
  CAST($1:"Its 'own' ""name"" \ .x" AS NUMBER(19,0)),
  NULL,
  NULL
  FROM @"Ops".select_stage)
FILES = (
  'error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.zstd.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
COPY INTO "Ops"."SELECT" (
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  error_code,
  http_status_code
)
FROM (SELECT
  CAST($1:"report_created_at" AS TIMESTAMP_LTZ(6)),
  CAST($1:"report_row" AS NUMBER(19,0)),
  CAST($1:"key" AS VARCHAR),
  CAST($1:"timeout_seconds" AS FLOAT),
  CAST($1:"Its 'own' ""name"" \ .x" AS NUMBER(19,0)),
  CAST('it\'s \\ a\u000ab\u200b' AS VARCHAR),
  CAST('404' AS NUMBER(10,0))
  FROM @"Ops".select_stage)
FILES = (
  'error_code=it%27s %5C a%0Ab\u200b/http_status_code=404/part-0123456789abcdef-0-0.zstd.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
