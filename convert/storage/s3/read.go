package s3

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"batchreport/convert/storage"
)

// Stat implements storage.Store.
func (s *Store) Stat(ctx context.Context, name string) (storage.Info, error) {
	bucket, key, err := object(name)
	if err != nil {
		return storage.Info{}, s.failed(ctx, "stat", name, err)
	}
	out, err := do(ctx, s, bucket, &awss3.HeadObjectInput{Bucket: &bucket, Key: &key}, s.client.HeadObject)
	if err != nil {
		return storage.Info{}, s.failed(ctx, "stat", name, err)
	}
	return storage.Info{
		Name: name, Size: aws.ToInt64(out.ContentLength), ETag: etag(out.ETag), Modified: aws.ToTime(out.LastModified),
	}, nil
}

// read opens an object to be read over one connection, and returns its ETag as
// S3 has it.
func (s *Store) read(ctx context.Context, name string) (body *stream, tag string, err error) {
	r := &stream{ctx: ctx, s: s, name: name, end: -1}
	if err := r.get(); err != nil {
		return nil, "", s.failed(ctx, "read", name, err)
	}
	return r, aws.ToString(r.etag), nil
}

// stream reads a range of an object, one connection after the other as each of
// them breaks.
type stream struct {
	ctx  context.Context
	s    *Store
	name string
	etag *string // of the object, as asked for or by the first answer

	offset int64 // of the next byte
	end    int64 // of the range; -1 for all of an object that is not known yet
	object *objectInfo

	body     io.ReadCloser // nil while broken
	failures int           // since the last byte
	broken   error         // why body is nil
	err      error         // what every later Read returns
}

// objectInfo is what the first answer says of an object.
type objectInfo struct {
	size int64
	md5  string // the ETag, if it looks like one and TLS guards the bytes
	// The checksum of the whole object, if the answer had all of it.
	sum *checksum
}

// get asks for what is left of the range.
func (r *stream) get() error {
	bucket, key, err := object(r.name)
	if err != nil {
		return err
	}
	in := &awss3.GetObjectInput{Bucket: &bucket, Key: &key, IfMatch: r.etag}
	if r.end >= 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-%d", r.offset, r.end-1))
	}
	out, err := do(r.ctx, r.s, bucket, in, r.s.client.GetObject)
	var re *smithyhttp.ResponseError
	switch {
	case errors.As(err, &re) && re.HTTPStatusCode() == http.StatusPreconditionFailed:
		return storage.ErrConflict
	case errors.As(err, &re) && re.HTTPStatusCode() == http.StatusRequestedRangeNotSatisfiable && r.object == nil:
		r.end = -1 // it is empty: there is no range of it
		return r.get()
	case err != nil:
		return err
	}
	if err := r.accept(out); err != nil {
		out.Body.Close()
		return err
	}
	r.body = out.Body
	return nil
}

// accept checks that an answer is what was asked for, and notes what the first
// one says.
func (r *stream) accept(out *awss3.GetObjectOutput) error {
	switch {
	case out.ContentLength == nil:
		return errors.New("the answer has no Content-Length")
	case r.etag != nil && etag(out.ETag) != etag(r.etag): // the store ignores If-Match
		return storage.ErrConflict
	}
	var from, last, size int64
	_, err := fmt.Sscanf(aws.ToString(out.ContentRange), "bytes %d-%d/%d", &from, &last, &size)
	switch {
	case r.object != nil && (err != nil || from != r.offset || last != r.end-1):
		return errors.New("the store does not answer requests for a range of bytes")
	case r.object != nil:
		return nil
	case out.ContentRange == nil: // the whole object, asked for or not
		r.end, size = *out.ContentLength, *out.ContentLength
	case err != nil || from != 0 || last != min(r.end, size)-1:
		return errors.New("the store answers with another range of bytes than was asked for")
	default:
		r.end = last + 1
	}
	r.etag, r.object = out.ETag, &objectInfo{size: size}
	if r.end == size {
		r.object.sum = newChecksum(out)
	}
	raw, _ := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	if isTLS := raw != nil && raw.TLS != nil; isTLS || r.object.sum != nil {
		if sum, err := hex.DecodeString(etag(out.ETag)); err == nil && len(sum) == md5.Size {
			r.object.md5 = hex.EncodeToString(sum)
		}
	}
	return nil
}

// Read implements io.Reader.
func (r *stream) Read(p []byte) (int, error) {
	for r.err == nil {
		if err := context.Cause(r.ctx); err != nil {
			r.fail(err)
			break
		}
		if r.body == nil {
			r.connect()
			continue
		}
		n, err := r.body.Read(p)
		r.offset += int64(n)
		if n > 0 {
			r.failures = 0
		}
		r.took(err)
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
	return 0, r.err
}

// took notes what a Read of the body ended with.
func (r *stream) took(err error) {
	switch {
	case err == nil:
	case r.offset > r.end:
		r.fail(errors.New("got more bytes than were announced"))
	case r.offset == r.end && errors.Is(err, io.EOF):
		r.err = io.EOF
	case r.offset == r.end:
		r.fail(err) // all is there, but its checksum is another one
	default:
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		r.body.Close()
		r.body, r.broken = nil, err
	}
}

// connect asks for the rest, unless too many connections broke at this byte.
func (r *stream) connect() {
	if r.broken != nil {
		r.failures++
		if r.failures >= r.s.pace.attempts {
			r.fail(fmt.Errorf("connection broke %d times at byte %d of %d: %w", r.failures, r.offset, r.object.size, r.broken))
			return
		}
		if err := r.s.wait(r.ctx, r.failures); err != nil {
			r.fail(err)
			return
		}
		r.s.logResumed(r.ctx, r.name, r.offset, r.broken)
	}
	if err := r.get(); err != nil {
		r.fail(err)
	}
}

func (r *stream) fail(err error) { r.err = r.s.failed(r.ctx, "read", r.name, err) }

// close ends a connection that is open. What is read later fails.
func (r *stream) close() {
	if r.err == nil || errors.Is(r.err, io.EOF) {
		r.fail(http.ErrBodyReadAfterClose)
	}
	if r.body != nil {
		r.body.Close()
		r.body = nil
	}
}

// checksum is that of a whole object.
type checksum struct {
	want string
	hash.Hash32
}

// newChecksum returns the checksum that an answer with a whole object has; nil
// if it has none of those that cost next to nothing to compute.
func newChecksum(out *awss3.GetObjectOutput) *checksum {
	switch {
	case out.ChecksumType == types.ChecksumTypeComposite: // of the parts' checksums
	case out.ChecksumCRC32 != nil:
		return &checksum{*out.ChecksumCRC32, crc32.NewIEEE()}
	case out.ChecksumCRC32C != nil:
		return &checksum{*out.ChecksumCRC32C, crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	}
	return nil
}

// check compares it with what was written to it.
func (c *checksum) check() error {
	if got := storage.FormatCRC32(c.Sum32()); got != c.want {
		return fmt.Errorf("the checksum of its bytes is %s, not %s", got, c.want)
	}
	return nil
}
