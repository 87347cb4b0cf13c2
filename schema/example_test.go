package schema_test

import (
	"fmt"
	"log"
	"os"

	"batchreport/schema"
)

// The error of an AWS SDK is split into its sentence and what the service said.
func ExampleMessageParser() {
	message := []byte("User u is not allowed to read photos/cat.jpg (Service: Amazon S3; Status Code: 403; " +
		"Error Code: AccessDenied; Request ID: XH5AH0NFWWVB49A7; Proxy: null)")
	row := schema.Row{Bucket: []byte("my-bucket"), Key: []byte("photos/cat.jpg")}

	parser := schema.NewMessageParser(nil) // for all columns
	var m schema.Message
	parser.Parse(&m, message, row)

	fmt.Println("result_kind:", m.Kind)
	fmt.Printf("result_text: %s\n", m.Text)
	fmt.Printf("result_template: %s\n", m.Template)
	fmt.Printf("service: %s\n", m.Service)
	fmt.Printf("service_error_code: %s\n", m.ServiceErrorCode)
	fmt.Println("service_status_code:", m.ServiceStatusCode.Value)
	fmt.Printf("request_id: %s\n", m.RequestID)
	fmt.Println("operation is null:", m.Operation == nil)
	// Output:
	// result_kind: sdk_v1
	// result_text: User u is not allowed to read photos/cat.jpg
	// result_template: User u is not allowed to read <key>
	// service: Amazon S3
	// service_error_code: AccessDenied
	// service_status_code: 403
	// request_id: XH5AH0NFWWVB49A7
	// operation is null: true
}

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
