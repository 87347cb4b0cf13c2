package verify_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"batchreport/convert"
	"batchreport/convert/storage/disk"
	"batchreport/convert/verify"
)

// A file that no run wrote lies among those of a table.
func ExampleTable() {
	dest, err := os.MkdirTemp("", "table")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dest)

	ctx, store := context.Background(), disk.Store{}
	sources := []string{"../../testdata/reports/seed"}
	if _, err := convert.Convert(ctx, store, sources, dest, convert.Options{}); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dest, "mine.parquet"), nil, 0o644); err != nil {
		log.Fatal(err)
	}

	result, err := verify.Table(ctx, store, dest, verify.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Jobs, "job,", result.Files, "files and", result.Rows, "rows as recorded")
	for _, finding := range result.Findings {
		name, err := filepath.Rel(dest, finding.Object)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s: %s\n", finding.Kind, name, finding.Message)
	}
	// Output:
	// 1 job, 2 files and 9 rows as recorded
	// unknown mine.parquet: no commit record lists it
}
