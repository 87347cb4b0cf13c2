-- These statements follow the documentation of Trino; no test has run them there.
-- Times are UTC: where Trino's JVM runs in another zone, the catalog needs hive.parquet.time-zone=UTC.
CREATE TABLE IF NOT EXISTS "Ops"."select" (
  report_created_at timestamp(3) COMMENT 'ReportCreationDate of the manifest',
  report_row bigint COMMENT 'the record''s number in that file, from 1',
  key varchar COMMENT 'Key, decoded',
  timeout_seconds double COMMENT 'N of "Task timed out after N seconds"',
  "Its 'own' ""name"" \ .x" bigint COMMENT 'extracted from JSON',
  error_code varchar COMMENT 'ErrorCode',
  http_status_code integer COMMENT 'HTTPStatusCode'
)
WITH (
  external_location = 's3://bucket/it''s a \/',
  format = 'PARQUET',
  partitioned_by = ARRAY['error_code', 'http_status_code']
);

-- Partitions are found by their folders, also after another job.
CALL system.sync_partition_metadata(schema_name => 'ops', table_name => 'select', mode => 'ADD');
