-- These statements follow the documentation of Redshift; no test has run them there.
-- A string has at most 65,535 bytes: a longer one, of result_message or result_json for example, is an error.
-- Times are UTC.
CREATE TABLE IF NOT EXISTS "Ops"."select" (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION,
  "Its 'own' ""name"" \ .x" BIGINT,
  error_code VARCHAR(65535),
  http_status_code INTEGER
);
COMMENT ON COLUMN "Ops"."select".report_created_at IS 'ReportCreationDate of the manifest';
COMMENT ON COLUMN "Ops"."select".report_row IS 'the record''s number in that file, from 1';
COMMENT ON COLUMN "Ops"."select".key IS 'Key, decoded';
COMMENT ON COLUMN "Ops"."select".timeout_seconds IS 'N of "Task timed out after N seconds"';
COMMENT ON COLUMN "Ops"."select"."Its 'own' ""name"" \ .x" IS 'extracted from JSON';
COMMENT ON COLUMN "Ops"."select".error_code IS 'ErrorCode';
COMMENT ON COLUMN "Ops"."select".http_status_code IS 'HTTPStatusCode';

-- Rows of a job that was loaded before and converted again are to be deleted first.
-- COPY would lose columns: they are only in the path, or not in all files. convert --write-partition-columns writes files that it can load.
CREATE EXTERNAL SCHEMA IF NOT EXISTS spectrum
FROM DATA CATALOG DATABASE 'spectrum' IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;
CREATE EXTERNAL TABLE spectrum."select" (
  report_created_at TIMESTAMP,
  report_row BIGINT,
  key VARCHAR(65535),
  timeout_seconds DOUBLE PRECISION,
  "Its 'own' ""name"" \ .x" BIGINT
)
PARTITIONED BY (
  error_code VARCHAR(65535),
  http_status_code VARCHAR(65535)
)
STORED AS PARQUET
LOCATION 's3://bucket/it''s a \\/';
ALTER TABLE spectrum."select" ADD IF NOT EXISTS PARTITION (error_code = '__HIVE_DEFAULT_PARTITION__', http_status_code = '__HIVE_DEFAULT_PARTITION__') LOCATION 's3://bucket/it''s a \\/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/';
ALTER TABLE spectrum."select" ADD IF NOT EXISTS PARTITION (error_code = 'it''s \\ a
b', http_status_code = '404') LOCATION 's3://bucket/it''s a \\/error_code=it%27s %5C a%0Ab/http_status_code=404/';
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
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  NULL,
  NULL
FROM spectrum."select"
WHERE "$path" IN (
  's3://bucket/it''s a \\/error_code=__HIVE_DEFAULT_PARTITION__/http_status_code=__HIVE_DEFAULT_PARTITION__/part-0123456789abcdef-0-0.zstd.parquet'
);
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
  report_created_at,
  report_row,
  key,
  timeout_seconds,
  "Its 'own' ""name"" \ .x",
  CAST('it''s \\ a' || chr(10) || 'b' AS VARCHAR(65535)),
  CAST('404' AS INTEGER)
FROM spectrum."select"
WHERE "$path" IN (
  's3://bucket/it''s a \\/error_code=it%27s %5C a%0Ab/http_status_code=404/part-0123456789abcdef-0-0.zstd.parquet'
);
