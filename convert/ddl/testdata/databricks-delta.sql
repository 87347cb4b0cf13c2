-- These statements follow the documentation of Databricks; no test has run them there.
-- Columns, partitions and files are those of the Delta log, where new jobs are found too.
CREATE TABLE IF NOT EXISTS batch_operations_report
USING DELTA
LOCATION 's3://bucket/reports/';

-- There is no view of whole messages: job job-a was converted without them.
