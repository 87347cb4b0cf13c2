package s3

import (
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"go.uber.org/goleak"

	"batchreport/convert/storage/storagetest"
)

// server is shared by the tests; each works in a folder or at a proxy of its own.
var server *storagetest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if testing.Short() {
		fmt.Fprintln(os.Stderr, "skipped: nearly all tests need an S3 server")
		return 0
	}
	var err error
	if server, err = storagetest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for name, value := range server.Env() {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	code := m.Run()
	server.Close()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// quick pauses for nothing, but is patient with a busy machine.
var quick = pace{stall: 30 * time.Second, pause: time.Millisecond, grace: 10 * time.Second, attempts: 6}

// newStore returns a store that reaches the server through an endpoint.
func newStore(t *testing.T, endpoint string, p pace, opts Options) *Store {
	t.Helper()
	opts.EndpointURL = endpoint
	if opts.PartSize == 0 {
		opts.PartSize = storagetest.PartSize
	}
	s, err := open(t.Context(), opts, p)
	if err != nil {
		t.Fatal(err)
	}
	s.page = aws.Int32(storagetest.PageSize)
	t.Cleanup(s.Close)
	return s
}

// root returns the name of a folder that nobody else uses.
func root(t *testing.T) string {
	return "s3://" + server.Bucket + "/" + t.Name() + "/" + rand.Text()
}
