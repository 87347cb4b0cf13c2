package s3

import (
	"context"
	"iter"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
)

// Check implements storage.Store: it asks for one part of the upload.
func (s *Store) Check(ctx context.Context, p storage.Pending) error {
	bucket, key, err := object(p.Name)
	if err != nil {
		return s.failed(ctx, "check", p.Name, err)
	}
	in := &awss3.ListPartsInput{Bucket: &bucket, Key: &key, UploadId: &p.UploadID, MaxParts: aws.Int32(1)}
	_, err = do(ctx, s, bucket, in, s.client.ListParts)
	return s.failed(ctx, "check", p.Name, err)
}

// Unpublished implements storage.Store: the multipart uploads under way. Of a
// Pending there is its name and its upload. Staging is not needed.
func (s *Store) Unpublished(ctx context.Context, folder, _ string) iter.Seq2[storage.Unpublished, error] {
	return func(yield func(storage.Unpublished, error) bool) {
		fail := func(err error) { yield(storage.Unpublished{}, s.failed(ctx, "list uploads", folder, err)) }
		bucket, prefix, err := split(folder)
		if err != nil {
			fail(err)
			return
		}
		if prefix != "" {
			prefix = storage.Join(prefix, "")
		}
		in := &awss3.ListMultipartUploadsInput{Bucket: &bucket, Prefix: &prefix, EncodingType: types.EncodingTypeUrl, MaxUploads: s.page}
		const enough = 2 // refusals in a row: one may be of an upload that has ended meanwhile
		refused := 0
		for {
			out, err := do(ctx, s, bucket, in, s.client.ListMultipartUploads)
			if err != nil && in.UploadIdMarker != nil && boil(err).code == "InvalidArgument" {
				// Some stores do not take back the marker that they gave. Without it the
				// page begins at the next key, so no other upload of the last one is seen.
				in.UploadIdMarker = nil
				refused++
				out, err = do(ctx, s, bucket, in, s.client.ListMultipartUploads)
			} else if in.UploadIdMarker != nil {
				refused = 0
			}
			if err != nil {
				fail(err)
				return
			}
			for _, u := range out.Uploads {
				key, err := decoded(u.Key, out.EncodingType)
				if err != nil {
					fail(err)
					return
				}
				p := storage.Pending{Name: "s3://" + bucket + "/" + key, UploadID: aws.ToString(u.UploadId)}
				if !yield(storage.Unpublished{Pending: p, Modified: aws.ToTime(u.Initiated)}, nil) {
					return
				}
			}
			if !aws.ToBool(out.IsTruncated) || out.NextKeyMarker == nil {
				return
			}
			// Unlike the token of ListObjectsV2, the marker is a key, encoded too.
			marker, err := decoded(out.NextKeyMarker, out.EncodingType)
			if err != nil {
				fail(err)
				return
			}
			in.KeyMarker, in.UploadIdMarker = &marker, nil
			if refused < enough {
				in.UploadIdMarker = out.NextUploadIdMarker
			}
		}
	}
}

// decoded returns a key of a listing as it is. XML cannot hold every character
// that a key can, so listings are asked for encoded keys; a store that does not
// know the parameter does not return it.
func decoded(key *string, encoding types.EncodingType) (string, error) {
	if encoding != types.EncodingTypeUrl {
		return aws.ToString(key), nil
	}
	return url.QueryUnescape(aws.ToString(key))
}
