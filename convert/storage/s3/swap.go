package s3

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"batchreport/convert/storage"
)

// Get implements storage.Store. The tag is the ETag.
func (s *Store) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	r, tag, err := s.read(ctx, name)
	if err != nil {
		return nil, "", err
	}
	defer r.close()
	data, err := storage.ReadAll(r, r.object.size, limit)
	if err != nil {
		return nil, "", s.failed(ctx, "read", name, err)
	}
	return data, tag, nil
}

// Swap implements storage.Store, by a conditional PutObject.
func (s *Store) Swap(ctx context.Context, name string, data []byte, tag string) (string, error) {
	bucket, key, err := object(name)
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return "", s.failed(ctx, "write", name, err)
	}
	write := s.putIf
	if s.opts.NoLock {
		write = s.putUnlocked
	}
	newTag, lost, err := write(ctx, bucket, key, data, tag)
	if err != nil && (lost || refused(err) || inProgress(err)) {
		return s.settleSwap(ctx, name, data, tag, lost, err)
	}
	return newTag, s.failed(ctx, "write", name, err)
}

// settleSwap finds out what became of a conditional write that ended with err:
// one that is refused may be so because of its own first attempt, which somebody
// on the way may have repeated too.
func (s *Store) settleSwap(ctx context.Context, name string, data []byte, tag string, lost bool, err error) (string, error) {
	have, now, readErr := s.peek(ctx, name, int64(len(data)))
	switch {
	case readErr != nil && lost:
		return "", s.unknown(ctx, "write", name, err, readErr)
	case readErr == nil && now != "" && bytes.Equal(have, data):
		return now, nil
	case refused(err) || readErr == nil && now != tag:
		return "", s.failed(ctx, "write", name, storage.ErrConflict)
	case inProgress(err):
		// Whoever writes there all the time has not ended: who has won is open.
		return "", s.unknown(ctx, "write", name, err, cmp.Or(readErr, errAsBefore))
	}
	return "", s.failed(ctx, "write", name, err)
}

var errAsBefore = errors.New("the object is as it was before")

// peek reads an object, of a larger one the first limit+1 bytes. One that does
// not exist has no tag.
func (s *Store) peek(ctx context.Context, name string, limit int64) (data []byte, tag string, err error) {
	r, tag, err := s.read(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	defer r.close()
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	return data, tag, err
}

// putIf writes an object if it has a tag, or does not exist if tag is empty.
func (s *Store) putIf(ctx context.Context, bucket, key string, data []byte, tag string) (newTag string, lost bool, err error) {
	in := &awss3.PutObjectInput{Bucket: &bucket, Key: &key}
	if tag == "" {
		in.IfNoneMatch = aws.String("*")
	} else {
		in.IfMatch = &tag
	}
	return s.put(ctx, in, data)
}

// putUnlocked is putIf for when nobody else writes: it looks before it writes.
func (s *Store) putUnlocked(ctx context.Context, bucket, key string, data []byte, tag string) (newTag string, lost bool, err error) {
	info, err := s.Stat(ctx, "s3://"+bucket+"/"+key)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", false, err
	case info.ETag != etag(&tag):
		return "", false, storage.ErrConflict
	}
	return s.put(ctx, &awss3.PutObjectInput{Bucket: &bucket, Key: &key}, data)
}

// put writes an object and returns its tag. If lost, an attempt may have been
// acted upon without an answer.
func (s *Store) put(ctx context.Context, in *awss3.PutObjectInput, data []byte) (tag string, lost bool, err error) {
	out, err := do(ctx, s, *in.Bucket, in, func(ctx context.Context, in *awss3.PutObjectInput, opts ...func(*awss3.Options)) (*awss3.PutObjectOutput, error) {
		in.Body = bytes.NewReader(data)
		return s.client.PutObject(ctx, in, append(opts, watch(&lost))...)
	})
	if err != nil {
		return "", lost, err
	}
	if out.ETag == nil {
		return "", lost, errors.New("the answer has no ETag")
	}
	return *out.ETag, lost, nil
}

// inProgress reports whether err says that another write of the object is under way.
// S3 asks to repeat the request then (ConditionalRequestConflict, OperationAborted),
// which was done as often as any request is.
func inProgress(err error) bool {
	var re *smithyhttp.ResponseError
	return errors.As(err, &re) && re.HTTPStatusCode() == http.StatusConflict
}

// refused reports whether err says that a condition does not hold. An object
// that is not there is NoSuchKey to If-Match
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
func refused(err error) bool {
	if err == nil || errors.Is(err, storage.ErrConflict) {
		return err != nil
	}
	switch boil(err).code {
	case "PreconditionFailed", "NoSuchKey":
		return true
	}
	return false
}
