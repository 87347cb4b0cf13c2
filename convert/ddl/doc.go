// Package ddl writes the SQL statements by which a reader takes a destination for a
// table, from the destination's commit records: see [Statements].
//
// ddl.go has the options. A table is collected from its records in definition.go,
// with jobs.go (which jobs), columns.go (which columns) and strangers.go (what
// else lies there), and each dialect writes it in a file of its own: athena.go, duckdb.go, spark.go.
// What several of them need lies in quote.go (names and literals), hive.go (Hive's
// types, columns and literals, which Athena and Spark share) and messages.go (the
// view that rebuilds result_message).
//
// # Another dialect
//
// A dialect is a file named after it and a line in dialects, in ddl.go. The file
// has the constant of type [Dialect], whose value is what the user writes, and a
// method of definition that returns all statements: those that make the table with
// its columns, format and partitions, then those of messagesView. Where
// Options.Job is set it returns only those that add this job's folders, unless the
// line in dialects says why there is nothing to add. Names, strings and patterns
// come from reports, so all of them are quoted. Each case of the test has a file in
// testdata, which go test -update-ddl writes.
package ddl
