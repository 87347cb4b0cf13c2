package s3

import (
	"context"
	"iter"

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
		fail := func(err error) { yield(storage.Info{}, s.failed(ctx, "list", folder, err)) }
		bucket, prefix, err := split(folder)
		if err != nil {
			fail(err)
			return
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
		for {
			out, err := do(ctx, s, bucket, in, s.client.ListObjectsV2)
			if err != nil {
				fail(err)
				return
			}
			for _, o := range out.Contents {
				key, err := decoded(o.Key, out.EncodingType)
				if err != nil {
					fail(err)
					return
				}
				info := storage.Info{
					Name: "s3://" + bucket + "/" + key, Size: aws.ToInt64(o.Size), ETag: etag(o.ETag), Modified: aws.ToTime(o.LastModified),
				}
				if !yield(info, nil) {
					return
				}
			}
			if !aws.ToBool(out.IsTruncated) || out.NextContinuationToken == nil {
				return
			}
			in.ContinuationToken = out.NextContinuationToken
		}
	}
}
