package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

// TestScriptS3 runs the scripts of S3 against a real server. Each script has a folder
// of its own there, $S3; another way to the server, $TLS_ENDPOINT; and one more
// command:
//
//	finished   checks that every upload to $S3 was completed or aborted
func TestScriptS3(t *testing.T) {
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	commands := scriptCommands(storage.NewMux(disk.Store{}, func() (storage.Store, error) { return store, nil }))
	commands["finished"] = func(ts *testscript.TestScript, _ bool, _ []string) {
		folder := strings.TrimPrefix(ts.Getenv("S3"), "s3:/")
		count := func(kind storagetest.Kind) (n int) {
			for _, r := range server.Seen(kind) {
				if object, err := url.PathUnescape(r.Path); err == nil && strings.HasPrefix(object, folder+"/") {
					n++
				}
			}
			return n
		}
		begun := count(storagetest.CreateMultipartUpload)
		ended := count(storagetest.CompleteMultipartUpload) + count(storagetest.AbortMultipartUpload)
		if begun != ended {
			ts.Fatalf("%d uploads begun, %d completed or aborted", begun, ended)
		}
	}
	proxy, bundle := server.NewTLSProxy(t), filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, proxy.CA(), 0o666); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script", "s3"),
		Setup: func(env *testscript.Env) error {
			for name, value := range server.Env() {
				env.Setenv(name, value)
			}
			env.Setenv("TLS_ENDPOINT", proxy.URL)
			env.Setenv("AWS_CA_BUNDLE", bundle)
			env.Setenv("S3", "s3://"+server.Bucket+"/"+filepath.Base(env.WorkDir))
			return setReports(env)
		},
		Cmds: commands,
	})
}
