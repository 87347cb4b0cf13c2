package verify

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

// On S3 too, what happens to a connection is told from what happened to a file.
func TestVerifyS3(t *testing.T) {
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{MaxPause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	dest := "s3://" + server.Bucket + "/table"
	var part string
	for name, data := range cleanTable(t, verifyOptions()["parquet zstd"]) {
		if err := store.Put(t.Context(), dest+"/"+name, []byte(data)); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".parquet") {
			part = dest + "/" + name
		}
	}
	for _, marker := range []string{"", "job_id=x/", "job_id=x_$folder$"} { // as consoles and Hadoop make folders
		if err := store.Put(t.Context(), dest+"/"+marker, nil); err != nil {
			t.Fatal(err)
		}
	}
	denied := storagetest.Answer(http.StatusForbidden, "AccessDenied")
	tests := []struct {
		name    string
		kind    storagetest.Kind
		skip, n int // the first of them that are well, and those that are not
		fault   storagetest.Fault
		broken  bool
	}{
		{"nothing", storagetest.GetObject, 0, 0, nil, false},
		{"record cut once", storagetest.GetObject, 0, 1, storagetest.Cut(100), false},
		{"file cut once", storagetest.GetObject, 1, 1, storagetest.Cut(100), false},
		{"file flipped once", storagetest.GetObject, 1, 1, storagetest.Flip(100), true},
		{"file denied", storagetest.GetObject, 1, 1, denied, true},
		{"record denied", storagetest.GetObject, 0, 1, denied, true},
		{"list denied", storagetest.ListObjects, 0, 1, denied, true},
		{"server down", storagetest.GetObject, 1, -1, storagetest.Reset, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.fault != nil {
				server.Break(tt.kind, tt.skip, tt.n, tt.fault)
			}
			v, err := Table(t.Context(), store, dest, Options{Workers: 1})
			server.Mend()
			if (err != nil) != tt.broken {
				t.Errorf("error is %v", err)
			}
			compareFindings(t, v.Findings)
		})
	}
	if err := store.Delete(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	v, err := Table(t.Context(), store, dest, Options{})
	if err != nil {
		t.Fatal(err)
	}
	compareFindings(t, v.Findings, "missing "+part)
}
