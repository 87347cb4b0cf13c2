package schema_test

import (
	"fmt"
	"log"
	"os"

	"batchreport/schema"
)

// The manifest of AWS' own example lists two result files.
func ExampleParseManifest() {
	data, err := os.ReadFile("../testdata/reports/seed/job-f8fb9d89-a3aa-461d-bddc-ea6a1b131955/manifest.json")
	if err != nil {
		log.Fatal(err)
	}
	manifest, err := schema.ParseManifest(data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("created", manifest.Created) // in UTC
	for _, file := range manifest.Results {
		job, name := schema.SplitJob(file.Key)
		fmt.Println(job, file.TaskExecutionStatus, name)
	}
	// Output:
	// created 2019-04-05 17:48:39.725 +0000 UTC
	// f8fb9d89-a3aa-461d-bddc-ea6a1b131955 succeeded results/6217b0fab0de85c408b4be96aeaca9b195a7daa5.csv
	// f8fb9d89-a3aa-461d-bddc-ea6a1b131955 failed results/b2ddad417e94331e9f37b44f1faf8c7ed5873f2e.csv
}
