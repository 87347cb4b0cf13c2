package convert_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
)

// A report on the local disk becomes Parquet files in a folder, and the commit
// record there says which.
func ExampleConvert() {
	dest, err := os.MkdirTemp("", "table")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dest)

	ctx, store := context.Background(), disk.Store{}
	sources := []string{"../testdata/reports/seed"}
	summary, err := convert.Convert(ctx, store, sources, dest, convert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, job := range summary.Jobs {
		fmt.Printf("job %s is %s\n", job.Job, job.Outcome)
	}
	fmt.Println(summary.Totals.Succeeded, "tasks succeeded,", summary.Totals.Failed, "failed")

	records, err := ledger.ReadRecords(ctx, store, dest)
	if err != nil {
		log.Fatal(err)
	}
	for _, record := range records {
		for _, part := range record.Outputs {
			fmt.Println(part.Rows, "rows in", path.Dir(part.Name))
		}
	}
	// Output:
	// job f8fb9d89-a3aa-461d-bddc-ea6a1b131955 is committed
	// 3 tasks succeeded, 6 failed
	// 3 rows in job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=succeeded
	// 6 rows in job_id=f8fb9d89-a3aa-461d-bddc-ea6a1b131955/task_status=failed
}

// A plan is JSON, so that each of its tasks, and the commit, can be done by another
// machine.
func ExampleMakePlan() {
	dest, err := os.MkdirTemp("", "table")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dest)

	ctx, store := context.Background(), disk.Store{}
	const version = "1.0.0" // of the program, the same on all machines
	made, err := convert.MakePlan(ctx, store, []string{"../testdata/reports/several"}, dest, convert.Options{
		Spec: table.Spec{TaskSize: 100}, // bytes of result files; they have 258
		Run:  convert.Run{Version: version},
	})
	if err != nil {
		log.Fatal(err)
	}
	sent, err := json.Marshal(made)
	if err != nil {
		log.Fatal(err)
	}

	// On each machine that works on it:
	p, err := plan.Parse(sent, version)
	if err != nil {
		log.Fatal(err)
	}
	for _, index := range []int{2, 0, 1} { // in any order
		task, err := convert.RunTask(ctx, store, p, index, convert.Run{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("task %d of %d has %s %d rows\n", index, p.Tasks(), task.Outcome, task.Totals.RowsOut)
	}

	// When all tasks have ended, once:
	summary, err := convert.Commit(ctx, store, p, convert.Change{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d rows in %d files\n", summary.Jobs[0].Outcome, summary.Totals.RowsOut, summary.Totals.Parts)
	// Output:
	// task 2 of 3 has written 2 rows
	// task 0 of 3 has written 2 rows
	// task 1 of 3 has written 2 rows
	// committed: 6 rows in 4 files
}
