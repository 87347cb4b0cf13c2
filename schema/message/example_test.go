package message_test

import (
	"fmt"

	"batchreport/schema/message"
)

// The error of an AWS SDK is split into its sentence and what the service said.
func ExampleParser() {
	text := []byte("User u is not allowed to read photos/cat.jpg (Service: Amazon S3; Status Code: 403; " +
		"Error Code: AccessDenied; Request ID: XH5AH0NFWWVB49A7; Proxy: null)")
	row := message.Row{Bucket: []byte("my-bucket"), Key: []byte("photos/cat.jpg")}

	parser := message.NewParser(nil) // for all columns
	var m message.Message
	parser.Parse(&m, text, row)

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
