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
	return s.list(ctx, folder, func(string) string { return "" })
}

// ListShallow implements storage.Bulk. Where a page ends in a folder that is too deep, the
// next one begins behind that folder.
func (s *Store) ListShallow(ctx context.Context, folder string, depth int) iter.Seq2[storage.Info, error] {
	return s.list(ctx, folder, func(name string) string { return storage.DeepFolder(name, folder, depth) })
}

// list lists a folder without the objects for which skipped returns a folder, of which it
// leaves out all.
func (s *Store) list(ctx context.Context, folder string, skipped func(name string) string) iter.Seq2[storage.Info, error] {
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
		root := "s3://" + bucket + "/"
		in := &awss3.ListObjectsV2Input{
			Bucket:       &bucket,
			Prefix:       &prefix,
			MaxKeys:      s.page,
			EncodingType: types.EncodingTypeUrl,
		}
		skip := skipping{unordered: isDirectoryBucket(bucket)}
		for {
			out, err := do(ctx, s, bucket, in, s.client.ListObjectsV2)
			if err != nil {
				fail(err)
				return
			}
			inside := "" // the folder left out that the last object lies in
			for _, o := range out.Contents {
				key, err := decoded(o.Key, out.EncodingType)
				if err != nil {
					fail(err)
					return
				}
				info := storage.Info{Name: root + key, Size: aws.ToInt64(o.Size), ETag: etag(o.ETag), Modified: aws.ToTime(o.LastModified)}
				inside = skipped(info.Name)
				if skip.known(key) || inside != "" {
					continue
				}
				if !yield(info, nil) {
					return
				}
			}
			if !aws.ToBool(out.IsTruncated) || out.NextContinuationToken == nil {
				return
			}
			in.ContinuationToken, in.StartAfter = out.NextContinuationToken, nil
			if skip.page() && inside != "" {
				in.ContinuationToken, in.StartAfter = nil, skip.behind(strings.TrimPrefix(inside, root))
			}
		}
	}
}

// skipping is what a listing that skips folders knows of the keys that it was given. What is
// behind a folder can be asked for only where keys come in byte order, which two pages tell.
type skipping struct {
	unordered bool
	pages     int
	last      string // the key before
	after     string // where the listing was to begin again last
}

// known reports whether a key was listed or left out before: a store that does not know
// StartAfter begins with the first key again. Then nothing is skipped any more.
func (k *skipping) known(key string) bool {
	if key <= max(k.last, k.after) {
		k.unordered = true
	}
	k.last = key
	return key <= k.after
}

// page ends a page, and reports whether the next may begin behind a folder.
func (k *skipping) page() bool {
	k.pages++
	return k.pages > 1 && !k.unordered
}

// behind returns the key that a listing starts after if it begins behind a folder.
func (k *skipping) behind(folder string) *string {
	k.after = folder + "\U0010FFFF"
	return &k.after
}

// isDirectoryBucket reports whether a bucket is one of S3 Express One Zone by its name,
// which lists in no order. See "Directory bucket naming rules" in the documentation of S3.
func isDirectoryBucket(name string) bool { return strings.HasSuffix(name, "--x-s3") }
