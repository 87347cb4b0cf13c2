package s3

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
)

// Publish implements storage.Store. It completes the multipart upload.
//
// An answer with the checksum of the whole object is enough. What else is said is
// checked, as some stores answer with success for an upload that is gone if only
// there is any object of that name.
func (s *Store) Publish(ctx context.Context, p storage.Pending) error {
	bucket, key, err := object(p.Name)
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return s.failed(ctx, "publish", p.Name, err)
	}
	in := &awss3.CompleteMultipartUploadInput{
		Bucket:          &bucket,
		Key:             &key,
		UploadId:        &p.UploadID,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: make([]types.CompletedPart, len(p.ETags))},
		MpuObjectSize:   &p.Size,
	}
	for i := range p.ETags {
		part := &in.MultipartUpload.Parts[i]
		part.PartNumber, part.ETag = aws.Int32(int32(i+1)), &p.ETags[i]
		if i < len(p.Checksums) {
			in.ChecksumType = types.ChecksumTypeFullObject
			part.ChecksumCRC32 = &p.Checksums[i]
		}
	}
	var lost bool
	out, err := do(ctx, s, bucket, in, func(ctx context.Context, in *awss3.CompleteMultipartUploadInput, opts ...func(*awss3.Options)) (*awss3.CompleteMultipartUploadOutput, error) {
		return s.client.CompleteMultipartUpload(ctx, in, append(opts, watch(&lost))...)
	})
	switch {
	case err == nil && out.ChecksumType == types.ChecksumTypeFullObject && out.ChecksumCRC32 != nil && *out.ChecksumCRC32 == p.CRC32:
		return nil
	case err == nil:
		return s.settle(ctx, p, out.ETag, nil)
	case lost || absent(err):
		return s.settle(ctx, p, nil, err)
	}
	return s.failed(ctx, "publish", p.Name, never(err))
}

// never makes an error that S3 gives each time to a completion storage.ErrImpossible.
func never(err error) error {
	switch boil(err).code {
	case "EntityTooLarge", "EntityTooSmall", "InvalidPart", "InvalidPartOrder", "KeyTooLongError":
		return &neverError{err}
	}
	return err
}

// neverError is an error of the SDK that is storage.ErrImpossible.
type neverError struct{ error }

func (e *neverError) Is(target error) bool { return target == storage.ErrImpossible }

func (e *neverError) Unwrap() error { return e.error }

var errGone = fmt.Errorf("neither the upload nor the object made of it is there: %w", fs.ErrNotExist)

// TryPublish implements storage.Store: an upload is where its object is to be.
func (s *Store) TryPublish(ctx context.Context, p storage.Pending) error {
	_, _, err := object(p.Name)
	return s.failed(ctx, "publish", p.Name, err)
}

// settle finds out what became of a completion that was answered with err, or
// with success and an ETag. The upload is looked at before the object: once it
// is gone, what the object is has been decided.
func (s *Store) settle(ctx context.Context, p storage.Pending, answered *string, err error) error {
	cause := err
	gone := err != nil && absent(err)
	if !gone && err != nil {
		check := s.Check(ctx, p)
		if gone = errors.Is(check, fs.ErrNotExist); gone {
			cause = errGone
		} else if check != nil {
			return s.unknown(ctx, "publish", p.Name, err, check)
		}
	}
	same, readErr := s.published(ctx, p, answered)
	switch {
	case readErr != nil:
		return s.unknown(ctx, "publish", p.Name, err, readErr)
	case same:
		return nil
	case err == nil:
		cause = errGone
	}
	return s.failed(ctx, "publish", p.Name, cause)
}

// published reports whether the object is the one that p describes, by its size
// and its checksum or ETag. Where neither tells, it is read. Beside the parts' the
// ETag may be the one that the completion was answered with, if it was.
func (s *Store) published(ctx context.Context, p storage.Pending, answered *string) (bool, error) {
	bucket, key, err := object(p.Name)
	if err != nil {
		return false, err
	}
	in := &awss3.HeadObjectInput{Bucket: &bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled}
	out, err := do(ctx, s, bucket, in, s.client.HeadObject)
	if err != nil {
		if absent(err) {
			err = nil
		}
		return false, err
	}
	switch has := etag(out.ETag); {
	case aws.ToInt64(out.ContentLength) != p.Size:
		return false, nil
	case out.ChecksumType == types.ChecksumTypeFullObject && out.ChecksumCRC32 != nil:
		return *out.ChecksumCRC32 == p.CRC32, nil
	case has != "" && (has == compositeETag(p.ETags) || has == etag(answered)):
		return true, nil
	}
	r, err := s.Open(ctx, p.Name, etag(out.ETag))
	if err != nil {
		return false, err
	}
	defer r.Close()
	_, sum, err := storage.ReadSum(r)
	return sum == p.CRC32, err
}

// compositeETag returns the ETag of an object made of parts: the MD5 of the
// parts' MD5s, and their number. It is empty, or another one, where the ETags of
// parts are not their MD5s: where keys of KMS encrypt them, for example.
func compositeETag(parts []string) string {
	h := md5.New()
	for _, part := range parts {
		sum, err := hex.DecodeString(strings.Trim(part, `"`))
		if err != nil {
			return ""
		}
		h.Write(sum)
	}
	return fmt.Sprintf("%x-%d", h.Sum(nil), len(parts))
}

// Discard implements storage.Store. It works with a cancelled context too, for
// half a minute at most.
func (s *Store) Discard(ctx context.Context, p storage.Pending) error {
	return s.discard(ctx, p.Name, p.UploadID)
}

func (s *Store) discard(ctx context.Context, name, uploadID string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	bucket, key, err := object(name)
	if err != nil {
		return s.failed(ctx, "discard", name, err)
	}
	in := &awss3.AbortMultipartUploadInput{Bucket: &bucket, Key: &key, UploadId: &uploadID}
	_, err = do(ctx, s, bucket, in, s.client.AbortMultipartUpload)
	if err = s.failed(ctx, "discard", name, err); errors.Is(err, fs.ErrNotExist) {
		return nil // published or discarded before
	}
	return err
}
