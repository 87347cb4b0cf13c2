-- These statements follow the documentation of Snowflake; no test has run them there.
-- A string, or a line of JSON, has at most 16 MB, or what the account has been raised to.
ALTER SESSION SET TIMEZONE = 'UTC';
-- Replace my_integration, by which Snowflake has access to the bucket: CREATE STORAGE INTEGRATION.
CREATE STAGE IF NOT EXISTS db.ops.report_stage
  URL = 's3://bucket/reports/'
  STORAGE_INTEGRATION = my_integration;
CREATE TABLE IF NOT EXISTS db.ops.report (
  report_created_at TIMESTAMP_LTZ(6) COMMENT 'ReportCreationDate of the manifest',
  report_row NUMBER(19,0) COMMENT 'the record\'s number in that file, from 1',
  key VARCHAR COMMENT 'Key, decoded',
  timeout_seconds FLOAT COMMENT 'N of "Task timed out after N seconds"'
);

-- Rows of a job that was loaded before and converted again are to be deleted first.
COPY INTO db.ops.report
FROM @db.ops.report_stage
FILES = (
  'part-0123456789abcdef-0-0.zstd.parquet'
)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE;
