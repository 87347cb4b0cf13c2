package ddl_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"batchreport/convert"
	"batchreport/convert/ddl"
	"batchreport/convert/ledger"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
	"batchreport/schema"
)

// Athena reads a table with three columns in its files and one in their path.
func ExampleStatements() {
	dest, err := os.MkdirTemp("", "table")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dest)

	ctx, store := context.Background(), disk.Store{}
	sources := []string{"../../testdata/reports/seed"}
	_, err = convert.Convert(ctx, store, sources, dest, convert.Options{Spec: table.Spec{
		Columns:     []schema.Column{schema.Key, schema.ErrorCode, schema.ResultTemplate},
		PartitionBy: []schema.Column{schema.TaskStatus},
	}})
	if err != nil {
		log.Fatal(err)
	}

	records, err := ledger.ReadRecords(ctx, store, dest)
	if err != nil {
		log.Fatal(err)
	}
	// The files were copied to S3 as they are.
	sql, err := ddl.Statements("s3://my-lake/reports", records, ddl.Options{Dialect: ddl.Athena})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(sql)
	// Output:
	// -- These statements follow the documentation of Athena; no test has run them there.
	// -- Athena runs one statement at a time.
	// CREATE EXTERNAL TABLE IF NOT EXISTS batch_operations_report (
	//   key string COMMENT 'Key, decoded',
	//   error_code string COMMENT 'ErrorCode',
	//   result_template string COMMENT 'result_text with what varies masked, for GROUP BY'
	// )
	// PARTITIONED BY (
	//   task_status string COMMENT 'TaskStatus, in lower case'
	// )
	// STORED AS PARQUET
	// LOCATION 's3://my-lake/reports/';
	//
	// -- After another job, only its partitions are to be added: see ddl --job.
	// ALTER TABLE batch_operations_report ADD IF NOT EXISTS
	//   PARTITION (task_status = 'failed') LOCATION 's3://my-lake/reports/task_status=failed/'
	//   PARTITION (task_status = 'succeeded') LOCATION 's3://my-lake/reports/task_status=succeeded/';
}
