package s3

import (
	"context"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
)

// List implements storage.Store. The order is that of ListObjectsV2, byte order
// in every bucket but directory buckets. A bucket that does not exist is an
// error, unlike a folder.
func (s *Store) List(ctx context.Context, folder string) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		if err := s.list(ctx, folder, nil, yield); err != nil {
			yield(storage.Info{}, s.failed(ctx, "list", folder, err))
		}
	}
}

// ListShallow implements storage.Bulk. Where a page ends in a folder that is too deep, the
// next one begins behind that folder, if the store is one that lists in byte order.
func (s *Store) ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[storage.Info, error] {
	return func(yield func(storage.Info, error) bool) {
		if err := s.list(ctx, folder, newSkipping(folder, depth), yield); err != nil {
			yield(storage.Info{}, s.failed(ctx, "list", folder, err))
		}
	}
}

// list lists a folder, without what skip leaves out unless that is nil.
func (s *Store) list(ctx context.Context, folder string, skip *skipping, yield func(storage.Info, error) bool) error {
	bucket, prefix, err := split(folder)
	if err != nil {
		return err
	}
	if prefix != "" {
		prefix = storage.Join(prefix, "")
	}
	in := &awss3.ListObjectsV2Input{
		Bucket:       &bucket,
		Prefix:       &prefix,
		MaxKeys:      s.page,
		EncodingType: types.EncodingTypeUrl,
	}
	var token *string // of the next page
	for {
		out, err := do(ctx, s, bucket, in, s.client.ListObjectsV2)
		if err != nil && in.StartAfter != nil && context.Cause(ctx) == nil {
			skip.unordered = true // the store may not like the key that was made up
			in.ContinuationToken, in.StartAfter = token, nil
			continue
		}
		if err != nil {
			return err
		}
		for _, o := range out.Contents {
			key, err := decoded(o.Key, out.EncodingType)
			if err != nil {
				return err
			}
			info := storage.Info{Name: "s3://" + bucket + "/" + key, Size: aws.ToInt64(o.Size), ETag: etag(o.ETag), Modified: aws.ToTime(o.LastModified)}
			if skip != nil && skip.leavesOut(info.Name) {
				continue
			}
			if !yield(info, nil) {
				return nil
			}
		}
		if !aws.ToBool(out.IsTruncated) || out.NextContinuationToken == nil {
			return nil
		}
		token = out.NextContinuationToken
		in.ContinuationToken, in.StartAfter = token, nil
		if skip == nil {
			continue
		}
		if after := skip.endPage(); after != "" {
			in.ContinuationToken, in.StartAfter = nil, aws.String(strings.TrimPrefix(after, "s3://"+bucket+"/"))
		}
	}
}
