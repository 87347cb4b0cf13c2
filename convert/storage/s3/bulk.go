package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"batchreport/convert/storage"
)

var _ storage.Bulk = (*Store)(nil)

// deletions is how many objects a DeleteObjects may name.
const deletions = 1000

// DeleteAll implements storage.Bulk, by DeleteObjects. Some stores do not know that, or ask
// for a checksum that the SDK does not send: there objects are deleted one by one.
func (s *Store) DeleteAll(ctx context.Context, names []string) error {
	for len(names) > 0 {
		bucket, _, err := object(names[0])
		if err != nil {
			return s.failed(ctx, "delete", names[0], err)
		}
		n := slices.IndexFunc(names, func(name string) bool {
			b, _, err := object(name)
			return err != nil || b != bucket
		})
		if n < 0 {
			n = len(names)
		}
		n = min(n, deletions)
		if err := s.deleteSome(ctx, bucket, names[:n]); err != nil {
			return err
		}
		names = names[n:]
	}
	return nil
}

// deleteSome deletes objects of a bucket with one request.
func (s *Store) deleteSome(ctx context.Context, bucket string, names []string) error {
	in := &awss3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Quiet: aws.Bool(true)}}
	for _, name := range names {
		_, key, _ := object(name)
		in.Delete.Objects = append(in.Delete.Objects, types.ObjectIdentifier{Key: &key})
	}
	out, err := do(ctx, s, bucket, in, s.client.DeleteObjects)
	if err != nil {
		if context.Cause(ctx) != nil {
			return s.failed(ctx, "delete", names[0], err)
		}
		for _, name := range names {
			if err := s.Delete(ctx, name); err != nil {
				return err
			}
		}
		return nil
	}
	for _, e := range out.Errors {
		// One object alone is told by Delete, which repeats the request where that helps.
		if err := s.Delete(ctx, "s3://"+bucket+"/"+aws.ToString(e.Key)); err != nil {
			return err
		}
	}
	return nil
}

// Tag implements storage.Bulk.
func (s *Store) Tag(ctx context.Context, name string) (string, error) {
	bucket, key, err := object(name)
	if err != nil {
		return "", s.failed(ctx, "stat", name, err)
	}
	out, err := do(ctx, s, bucket, &awss3.HeadObjectInput{Bucket: &bucket, Key: &key}, s.client.HeadObject)
	if err != nil {
		return "", s.failed(ctx, "stat", name, err)
	}
	return aws.ToString(out.ETag), nil
}

// Peek implements storage.Bulk.
func (s *Store) Peek(ctx context.Context, name string, most int64) ([]byte, error) {
	r := &stream{ctx: ctx, s: s, name: name, end: most}
	if err := r.get(); err != nil {
		return nil, s.failed(ctx, "read", name, err)
	}
	defer r.close()
	data, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the start of %s: %w", storage.Shown(name), err)
	}
	return data, nil
}
