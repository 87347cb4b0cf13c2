package s3

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
)

// Options say how to reach S3 and what to ask of it. The zero value of a field
// leaves it to the configuration of the AWS command line or to S3.
type Options struct {
	// Region is asked first; a bucket that is elsewhere is found.
	Region string
	// Profile is a profile of the AWS configuration files.
	Profile string
	// EndpointURL is another server than AWS, such as http://localhost:9000.
	EndpointURL string
	// PathStyle puts the bucket into the path instead of the host name.
	PathStyle bool
	// NoSignRequest sends no credentials, for public buckets.
	NoSignRequest bool

	// SSE is the encryption of what is written: AES256, aws:kms or aws:kms:dsse.
	SSE string
	// SSEKMSKeyID is the id or ARN of the KMS key; SSE must be aws:kms or
	// aws:kms:dsse then.
	SSEKMSKeyID string
	// StorageClass is that of what is written, such as STANDARD_IA.
	StorageClass string
	// RequesterPays agrees to pay for requests to buckets that ask for it.
	RequesterPays bool
	// ExpectedBucketOwner is an account id, 12 digits. Requests to buckets of
	// other accounts fail.
	ExpectedBucketOwner string

	// NoLock makes Swap write without conditions, for stores that do not honour
	// them. Only one run at a time may write to a destination then.
	NoLock bool

	// Log takes a debug message for each request that is repeated; default none.
	Log *slog.Logger

	// MaxPause is the longest pause before a request is repeated; pauses are
	// random and grow up to it. 0 means 20 seconds.
	MaxPause time.Duration

	// PartSize is the size in bytes of the parts of an upload: 5 MiB, the
	// smallest that S3 takes, to 5 GiB. 0 means 8 MiB. An upload has at most
	// 10,000 parts, which bounds the size of an object.
	PartSize int

	// ReadAhead is how many bytes are read ahead at most, of all objects together,
	// in pieces of up to 2 MiB with a request each; 0 means 16 MiB.
	ReadAhead int64
}

const (
	// defaultPartSize is that of the AWS command line: 78 GiB in 10,000 parts.
	defaultPartSize = 8 << 20

	// defaultReadAhead is 8 requests at a time, which is 8 times what one connection
	// carries, or some 80 small objects.
	defaultReadAhead = 16 << 20

	// Limits of S3 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html).
	minPartSize = 5 << 20
	maxPartSize = 5 << 30
	maxParts    = 10_000
)

// StorageClasses returns what Options.StorageClass can be.
func StorageClasses() []string { return texts(types.StorageClass("").Values()) }

// Encryptions returns what Options.SSE can be.
func Encryptions() []string { return texts(types.ServerSideEncryption("").Values()) }

func texts[T ~string](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// Validate reports everything that is wrong.
func (o Options) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	if sse := types.ServerSideEncryption(o.SSE); o.SSE != "" && !slices.Contains(sse.Values(), sse) {
		wrong("no server-side encryption %q: one of %q", o.SSE, sse.Values())
	}
	if o.SSEKMSKeyID != "" && o.SSE != string(types.ServerSideEncryptionAwsKms) && o.SSE != string(types.ServerSideEncryptionAwsKmsDsse) {
		wrong("a KMS key takes server-side encryption aws:kms or aws:kms:dsse, not %q", o.SSE)
	}
	if class := types.StorageClass(o.StorageClass); o.StorageClass != "" && !slices.Contains(class.Values(), class) {
		wrong("no storage class %q: one of %q", o.StorageClass, class.Values())
	}
	if o.ExpectedBucketOwner != "" && !accountID.MatchString(o.ExpectedBucketOwner) {
		wrong("bucket owner %q is no account id of 12 digits", o.ExpectedBucketOwner)
	}
	if o.EndpointURL != "" {
		if u, err := url.Parse(o.EndpointURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			wrong("endpoint %q is no http:// or https:// address", storage.RedactURL(o.EndpointURL))
		}
	}
	if o.MaxPause < 0 {
		wrong("pause of %v: it cannot be negative", o.MaxPause)
	}
	if o.PartSize != 0 && (o.PartSize < minPartSize || o.PartSize > maxPartSize) {
		wrong("part size of %d bytes: S3 takes %d to %d", o.PartSize, minPartSize, maxPartSize)
	}
	if o.ReadAhead < 0 {
		wrong("reading %d bytes ahead: it cannot be negative", o.ReadAhead)
	}
	return errors.Join(errs...)
}
