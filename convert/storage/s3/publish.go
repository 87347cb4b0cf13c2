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

// Publish implements storage.Store. It completes the multipart upload. Where the
// upload is gone since the answer to an earlier completion was lost, the
// object's ETag tells that it is the one.
func (s *Store) Publish(ctx context.Context, p storage.Pending) error {
	bucket, key, err := object(p.Name)
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
	_, err = do(ctx, s, bucket, in, s.client.CompleteMultipartUpload)
	if err = s.failed(ctx, "publish", p.Name, err); errors.Is(err, fs.ErrNotExist) && s.published(ctx, p) {
		return nil
	}
	return err
}

// published reports whether the object is the one that p describes. A false may
// also mean that it cannot be told.
func (s *Store) published(ctx context.Context, p storage.Pending) bool {
	want, ok := compositeETag(p.ETags)
	if !ok {
		return false
	}
	info, err := s.Stat(ctx, p.Name)
	return err == nil && info.Size == p.Size && info.ETag == want
}

// compositeETag returns the ETag of an object made of parts: the MD5 of the
// parts' MD5s, and their number. The ETags of parts are MD5s unless they are
// encrypted with keys of KMS or of the customer.
func compositeETag(parts []string) (string, bool) {
	h := md5.New()
	for _, part := range parts {
		sum, err := hex.DecodeString(strings.Trim(part, `"`))
		if err != nil || len(sum) != md5.Size {
			return "", false
		}
		h.Write(sum)
	}
	return fmt.Sprintf("%x-%d", h.Sum(nil), len(parts)), len(parts) > 0
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
