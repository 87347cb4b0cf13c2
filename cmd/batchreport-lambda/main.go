package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

// program is the version that the table's files name, as batchreport version prints it;
// make lambda sets it. A command of another version would make the parts of a table again
// that has been begun here.
var program string

func main() {
	lambda.Start(newHandler(context.Background(), os.Environ(), os.Stderr).handle)
}
