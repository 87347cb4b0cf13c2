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
	"strings"

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

// Open implements storage.Store.
func (s *Store) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	r, _, err := s.read(ctx, name, etag)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// read is Open that returns the ETag too, as S3 has it.
func (s *Store) read(ctx context.Context, name, etag string) (body *reader, tag string, err error) {
	r := &reader{ctx: ctx, s: s, name: name}
	if etag != "" {
		r.etag = aws.String(`"` + etag + `"`)
	}
	if err := r.get(); err != nil {
		return nil, "", s.failed(ctx, "read", name, err)
	}
	return r, aws.ToString(r.etag), nil
}

var _ storage.Attested = (*reader)(nil)

// reader reads an object over as many connections as it takes.
type reader struct {
	ctx  context.Context
	s    *Store
	name string

	body     io.ReadCloser // nil while broken
	size     int64         // of the object, by the first answer
	etag     *string       // of the object, as asked for or by the first answer
	offset   int64         // what was delivered
	md5      string        // what Attests compares with; may be empty
	sum      hash.Hash32   // of what was delivered; nil if there is nothing to compare with
	want     string        // the sum of the object
	failures int           // since the last byte
	broken   error         // why body is nil
	err      error         // what every later Read returns
}

// get asks for the object, from offset on.
func (r *reader) get() error {
	bucket, key, err := object(r.name)
	if err != nil {
		return err
	}
	in := &awss3.GetObjectInput{Bucket: &bucket, Key: &key, IfMatch: r.etag}
	resumed := r.offset > 0 || r.failures > 0
	if resumed {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", r.offset))
	}
	out, err := do(r.ctx, r.s, bucket, in, r.s.client.GetObject)
	var re *smithyhttp.ResponseError
	switch {
	case errors.As(err, &re) && re.HTTPStatusCode() == http.StatusPreconditionFailed:
		return storage.ErrConflict
	case err != nil:
		return err
	}
	switch {
	case out.ContentLength == nil:
		err = errors.New("the answer has no Content-Length")
	case r.etag != nil && etag(out.ETag) != etag(r.etag): // the store ignores If-Match
		err = storage.ErrConflict
	case !resumed:
		r.size, r.etag = *out.ContentLength, out.ETag
		r.attest(out)
	case !strings.HasPrefix(aws.ToString(out.ContentRange), fmt.Sprintf("bytes %d-", r.offset)):
		err = errors.New("the store does not answer requests for a range of bytes")
	}
	if err != nil {
		out.Body.Close()
		return err
	}
	r.body = out.Body
	return nil
}

// attest notes what the first answer says of the object's bytes. A checksum of
// the whole object is compared at its end, so that it holds for what is resumed.
func (r *reader) attest(out *awss3.GetObjectOutput) {
	if out.ChecksumType != types.ChecksumTypeComposite {
		switch {
		case out.ChecksumCRC32 != nil:
			r.sum, r.want = crc32.NewIEEE(), *out.ChecksumCRC32
		case out.ChecksumCRC32C != nil:
			r.sum, r.want = crc32.New(crc32.MakeTable(crc32.Castagnoli)), *out.ChecksumCRC32C
		}
	}
	raw, _ := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	if isTLS := raw != nil && raw.TLS != nil; isTLS || r.sum != nil {
		if sum, err := hex.DecodeString(etag(out.ETag)); err == nil && len(sum) == md5.Size {
			r.md5 = hex.EncodeToString(sum)
		}
	}
}

// Attests implements storage.Attested. An ETag of 32 digits is the MD5 of the
// object's bytes, unless these are encrypted with a key of KMS or the client's
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). It proves
// nothing where it differs, but an MD5 that equals it is no accident.
//
// On the way TLS guards the bytes, resumed ones too, for whatever is resumed has
// the same ETag. Without TLS the object must have a checksum.
func (r *reader) Attests(sum string) bool { return r.md5 != "" && r.md5 == sum }

func (r *reader) Read(p []byte) (int, error) {
	for r.err == nil {
		if err := context.Cause(r.ctx); err != nil {
			r.fail(err)
			break
		}
		if r.body == nil {
			r.resume()
			continue
		}
		n, err := r.body.Read(p)
		r.offset += int64(n)
		if r.sum != nil {
			r.sum.Write(p[:n])
		}
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
func (r *reader) took(err error) {
	switch {
	case err == nil:
	case r.offset > r.size:
		r.fail(fmt.Errorf("got more than the %d bytes that were announced", r.size))
	case r.offset == r.size && errors.Is(err, io.EOF) && r.sum != nil && storage.FormatCRC32(r.sum.Sum32()) != r.want:
		r.fail(fmt.Errorf("the checksum of its %d bytes is %s, not %s", r.size, storage.FormatCRC32(r.sum.Sum32()), r.want))
	case r.offset == r.size && errors.Is(err, io.EOF):
		r.err = io.EOF
	case r.offset == r.size:
		r.fail(err) // all is there, but its checksum is another one
	default:
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		r.body.Close()
		r.body, r.broken = nil, err
	}
}

// resume asks for the rest, unless too many have been asked for at this byte.
func (r *reader) resume() {
	r.failures++
	if r.failures >= r.s.pace.attempts {
		r.fail(fmt.Errorf("connection broke %d times at byte %d of %d: %w", r.failures, r.offset, r.size, r.broken))
		return
	}
	if err := r.s.wait(r.ctx, r.failures); err != nil {
		r.fail(err)
		return
	}
	if err := r.get(); err != nil {
		r.fail(err)
	}
}

func (r *reader) fail(err error) { r.err = r.s.failed(r.ctx, "read", r.name, err) }

func (r *reader) Close() error {
	if r.err == nil || errors.Is(r.err, io.EOF) {
		r.err = r.s.failed(r.ctx, "read", r.name, http.ErrBodyReadAfterClose)
	}
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}
