package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/pflag"

	"batchreport/cmd/internal/values"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/s3"
	"batchreport/schema"
)

// bindS3 binds the flags of S3 that all commands have.
func bindS3(f *pflag.FlagSet, o *s3.Options) {
	f.StringVar(&o.Region, "region", "", "`REGION` of the buckets (default as the AWS CLI finds it)")
	f.StringVar(&o.Profile, "profile", "", "`NAME` of a profile in the AWS configuration files (default that of AWS_PROFILE)")
	f.StringVar(&o.EndpointURL, "endpoint-url", "", "`URL` of a store other than AWS (default that of AWS_ENDPOINT_URL or of the profile, else AWS)")
	f.BoolVar(&o.PathStyle, "path-style", false, "name the bucket in the path, not in the host")
	f.BoolVar(&o.NoSignRequest, "no-sign-request", false, "use no credentials")
	f.BoolVar(&o.RequesterPays, "requester-pays", false, "pay for requests to others' buckets")
	f.StringVar(&o.ExpectedBucketOwner, "expected-bucket-owner", "", "`ACCOUNT` that must own the buckets (default any)")
}

// bindS3Read binds the flag of S3 that only the commands have which read large objects.
func bindS3Read(f *pflag.FlagSet, o *s3.Options) {
	f.Func("read-ahead", "`SIZE` in bytes that are read ahead at most (default 16MiB)", values.Size(&o.ReadAhead))
}

// bindS3Write binds the flags of S3 that only the commands have which write objects.
func bindS3Write(f *pflag.FlagSet, o *s3.Options) {
	f.StringVar(&o.SSE, "sse", "", "server-side `ENCRYPTION`: AES256, aws:kms or aws:kms:dsse (default the bucket's)")
	f.StringVar(&o.SSEKMSKeyID, "sse-kms-key-id", "", "`KEY` for aws:kms (default the account's)")
	f.StringVar(&o.StorageClass, "storage-class", "", "storage `CLASS` of what is written (default STANDARD)")
}

// bindNoLock binds the flag of S3 that only the commands that commit have.
func bindNoLock(f *pflag.FlagSet, o *s3.Options) {
	f.BoolVar(&o.NoLock, "no-lock", false, "commit without conditional writes, for stores that do not honour them: two runs that commit the same job at once then ruin each other's work unseen")
}

// s3Table adds the flags of S3 of the commands that read reports and commit a table.
func (c *commandFlags) s3Table(o *s3.Options) {
	c.group("S3", func(f *pflag.FlagSet) {
		bindS3(f, o)
		bindS3Read(f, o)
		bindS3Write(f, o)
		bindNoLock(f, o)
	})
}

// checkS3 reports everything that is wrong with the options of S3.
func checkS3(o s3.Options) error {
	errs := []error{o.Validate()}
	for _, flag := range []struct {
		value string
		words []string
	}{{o.StorageClass, s3.StorageClasses()}, {o.SSE, s3.Encryptions()}} {
		if near := schema.Nearest(flag.value, flag.words...); near != "" && near != flag.value {
			errs = append(errs, fmt.Errorf("did you mean %s?", near))
		}
	}
	return errors.Join(errs...)
}

// openStore returns a store of the names on the local disk and the s3:// addresses.
// S3 is set up when the first such address is used, and tells log of what it repeats.
func openStore(ctx context.Context, o s3.Options, log *slog.Logger) storage.Store {
	o.Log = log
	return storage.NewMux(disk.Store{}, func() (storage.Store, error) { return s3.New(ctx, o) })
}

// onDest holds the command line of the commands that have a DEST and no SOURCE. They
// embed it.
type onDest struct {
	common
	dest string
}

// check implements command.
func (c *onDest) check(line commandLine) error {
	if len(line.args) != 1 || line.args[0] == "" || line.args[0] == storage.Stdio {
		return errors.New("one DEST is needed, an s3:// address or a folder")
	}
	var err error
	c.dest, err = storage.ParseAddress("DEST", line.args[0])
	return errors.Join(err, checkS3(c.s3))
}
