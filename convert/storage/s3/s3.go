// Package s3 keeps objects in Amazon S3 and in stores that speak its protocol.
// It is the only package that knows the AWS SDK.
//
// Names are s3://bucket/key; keys are taken verbatim. What has been created is a
// multipart upload, which S3 shows to nobody, until Publish completes it.
//
// # Memory
//
// Every open output fills one part, and a store has at most 8 parts on their way
// at a time, whatever the number of outputs:
//
//	(open outputs + 8) × Options.PartSize
//
// is the most that a store holds of what it writes: 72 MiB for one output and parts
// of 8 MiB. Writes wait while 8 parts are on their way. What is read ahead takes
//
//	Options.ReadAhead
//
// at most, 16 MiB by default, whatever the number and the size of objects that are
// open. What there is no room for is read when its turn has come, without a buffer.
//
// # Failures
//
// Requests are repeated, after growing random pauses, where S3 or the network
// lets one hope. A connection on which nothing moves for a minute counts as
// broken. What is read resumes at the byte where it broke.
//
// An answer can be lost after S3 has acted. What became of a completed upload or
// of a Swap is told by what is there then, never by the last answer; see Publish
// and Swap. Swap is made of conditional writes, which some other stores take and
// ignore: whoever relies on it there should try first.
//
// A program that is killed leaves its uploads behind, unseen but paid for. Some stores
// list them only by the exact key of their object, so whoever is to find them again
// keeps the UploadID of each Output. One that is killed between S3's answer to Create
// and that has kept nothing: a bucket should have a lifecycle rule with
// AbortIncompleteMultipartUpload.
package s3

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"batchreport/convert/storage"
)

// Store is S3. It is safe for concurrent use.
type Store struct {
	client  *awss3.Client
	http    *http.Client
	opts    Options
	pace    pace
	regions sync.Map      // bucket → region, of buckets that are elsewhere
	slots   chan struct{} // one for each part on its way
	buffers sync.Pool     // of *[]byte with room for a part
	room    room          // for what is read ahead
	page    *int32        // objects, or uploads, a request of a listing asks for; nil means 1,000
}

var _ storage.Store = (*Store)(nil)

// uploads is the number of parts that a store sends at a time. One connection
// to S3 carries 50 to 90 MB/s; eight carry more than the program can encode.
const uploads = 8

// pace is how long the store waits for what.
type pace struct {
	stall    time.Duration // silence on a connection that counts as a break
	pause    time.Duration // longest pause before a request is repeated
	grace    time.Duration // for parts under way, before an upload is aborted
	attempts int           // at a request, and at a byte of an object being read
}

// defaultPace has the minute that AWS' own command line waits, and gives up on
// a request after about a quarter of a minute of pauses.
var defaultPace = pace{stall: time.Minute, pause: 20 * time.Second, grace: 5 * time.Second, attempts: 6}

// New returns the store that the options and the configuration of the AWS
// command line describe: credentials, region, profile and endpoint come from
// where that takes them. It connects to nothing yet.
func New(ctx context.Context, opts Options) (*Store, error) {
	p := defaultPace
	p.pause = cmp.Or(opts.MaxPause, p.pause)
	return open(ctx, opts, p)
}

func open(ctx context.Context, opts Options, p pace) (*Store, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	if opts.PartSize == 0 {
		opts.PartSize = defaultPartSize
	}
	if opts.ReadAhead == 0 {
		opts.ReadAhead = defaultReadAhead
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	client, transport, err := connect(ctx, opts, p)
	if err != nil {
		return nil, err
	}
	s := &Store{client: client, http: transport, opts: opts, pace: p, slots: make(chan struct{}, uploads)}
	s.room.left = opts.ReadAhead
	s.buffers.New = func() any { b := make([]byte, 0, opts.PartSize); return &b }
	return s, nil
}

// Close closes connections that are idle. The store can still be used.
func (s *Store) Close() { s.http.CloseIdleConnections() }

// split returns the bucket and the key of a name.
func split(name string) (bucket, key string, err error) {
	rest, ok := strings.CutPrefix(name, "s3://")
	bucket, key, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", errors.New("is no s3://bucket/key")
	}
	return bucket, key, nil
}

// object is split for the name of an object, which has a key.
func object(name string) (bucket, key string, err error) {
	bucket, key, err = split(name)
	if err == nil && key == "" {
		err = errors.New("names a bucket, not an object")
	}
	return bucket, key, err
}

// do calls an operation of the client on a bucket. Where the answer says that
// the bucket is in another region it asks there, now and from now on.
func do[In, Out any](ctx context.Context, s *Store, bucket string, in *In,
	call func(context.Context, *In, ...func(*awss3.Options)) (*Out, error),
) (*Out, error) {
	known, _ := s.regions.Load(bucket)
	region, _ := known.(string)
	out, err := call(ctx, in, inRegion(region))
	if there := bucketRegion(err); there != "" && there != region {
		s.regions.Store(bucket, there)
		out, err = call(ctx, in, inRegion(there))
	}
	return out, err
}

func inRegion(region string) func(*awss3.Options) {
	return func(o *awss3.Options) {
		if region != "" {
			o.Region = region
		}
	}
}

// bucketRegion returns the bucket's region if err says that it is another one
// than the one asked: 301 and 400 say so, with the region in a header
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func bucketRegion(err error) string {
	var re *smithyhttp.ResponseError
	if !errors.As(err, &re) || re.Response == nil {
		return ""
	}
	switch re.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
		return re.Response.Header.Get("X-Amz-Bucket-Region")
	}
	return ""
}

// wait pauses before attempt n, counted from 1: a random time below a bound
// that doubles. It returns early with the context's cause.
func (s *Store) wait(ctx context.Context, n int) error {
	bound := min(s.pace.pause, 100*time.Millisecond<<min(n, 16))
	t := time.NewTimer(rand.N(bound))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// etag returns an ETag without its quotes.
func etag(s *string) string { return strings.Trim(aws.ToString(s), `"`) }
