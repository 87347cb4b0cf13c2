// Package ddl writes the SQL statements by which a reader takes a destination for a
// table, or loads it into one of its own, from the destination's commit records: see
// [Statements].
//
// ddl.go has the options and the table of dialects. A table is collected from its records
// in definition.go, with jobs.go (which jobs), columns.go (which columns), loads.go (which
// files can be loaded together) and strangers.go (what else lies there), and each dialect
// writes it in a file of its own, which is named after it. What several of them need lies
// in types.go (what readers call types, and what a column is), quote.go (names and
// literals), hive.go (Hive's types, columns and literals, which Athena, Spark and Databricks
// share), times.go (times in JSON) and messages.go (the view that rebuilds result_message).
//
// # Readers that take folders
//
// Athena, Spark, Trino and DuckDB read whatever lies in the folders of the table. A file
// there that is of another layout is an error, with what helps.
//
// Where the table has a Delta log, they read that (delta.go), or are refused: a folder of such
// a table has files that were replaced.
//
// # Readers that load files
//
// The others name each file, at most a thousand in a statement: COPY INTO of Snowflake takes
// no more (its documentation of FILES), and ClickHouse expands no more names in braces
// (glob_expansion_max_elements). What only the path says is a constant in the statement, so
// no reader has to know how a path is escaped or what stands for null. This is what is known
// of them:
//
//   - ClickHouse (clickhouse.go): * ? { } in a path are a pattern and have no escape; an
//     address of S3 is decoded as a URL; DateTime64 in JSON needs
//     date_time_input_format = 'best_effort'. Tests run it.
//   - PostgreSQL (postgres.go): it reads no Parquet; \copy of psql takes a line of JSON as a
//     value of CSV with control characters for quote and delimiter; text holds no NUL. Tests
//     run it.
//   - Redshift (redshift.go, redshiftmanifest.go): COPY of Parquet takes all columns of a file in their order and
//     no others, and wants meta.content_length in its manifest ("COPY from columnar data
//     formats" and "Using a manifest to specify data files" of the Database Developer Guide);
//     a string has at most 65,535 bytes ("Character types"). Spectrum finds columns by name
//     and has the pseudo-column "$path" ("CREATE EXTERNAL TABLE").
//   - Snowflake (snowflake.go): MATCH_BY_COLUMN_NAME takes columns of the files alone; names
//     without quotes are upper case; a time without a zone is one of the session's ("COPY INTO
//     <table>", "Identifier requirements", "Date & time data types").
//   - BigQuery (bigquery.go): LOAD DATA takes columns of the path (WITH PARTITION COLUMNS) where
//     the files have them not; NDJSON is compressed by gzip or not at all; an address has one *
//     ("Load statements", "Loading externally partitioned data", "Loading JSON data").
//   - Databricks (databricks.go): read_files takes a schema, so that a column which no row of a
//     file of JSON has is null, and a pattern in which a backslash escapes ("read_files
//     table-valued function").
//   - Trino (trino.go): its Hive connector finds partitions by system.sync_partition_metadata;
//     timestamps have no zone and, by default, milliseconds ("Hive connector").
//   - dbt (dbt.go): a source has descriptions and data tests; {{ and {% begin Jinja ("Source
//     properties").
//
// # Another dialect
//
// A dialect is a file named after it and a line in dialects, in ddl.go. The file
// has the constant of type [Dialect], whose value is what the user writes, and a
// method of definition that returns all statements: those that make the table with
// its columns, format and partitions, those that load it, and those of messagesView. Where
// Options.Job is set it returns only those that add this job's folders or load its files,
// unless the line in dialects says why there is nothing to add. Names, strings and patterns
// come from reports, so all of them are quoted. Each case of the test has a file in
// testdata, which go test -update-ddl writes.
package ddl
