-- These statements follow the documentation of Trino; no test has run them there.
CALL system.sync_partition_metadata(schema_name => 'default', table_name => 'batch_operations_report', mode => 'ADD');
