package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"runtime/debug"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/storage"
)

// Create implements storage.Store. It begins a multipart upload at once, so that
// a missing permission shows before any work is done. It does not need staging.
func (s *Store) Create(ctx context.Context, name, _ string) (storage.Output, error) {
	bucket, key, err := object(name)
	if err != nil {
		return nil, s.failed(ctx, "write", name, err)
	}
	in := &awss3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key}
	if s.checksums() {
		// One checksum of the whole object, which whoever reads it can check.
		in.ChecksumAlgorithm, in.ChecksumType = types.ChecksumAlgorithmCrc32, types.ChecksumTypeFullObject
	}
	out, err := do(ctx, s, bucket, in, s.client.CreateMultipartUpload)
	if err != nil {
		return nil, s.failed(ctx, "write", name, err)
	}
	o := &output{ctx: ctx, s: s, name: name, bucket: bucket, key: key, id: aws.ToString(out.UploadId)}
	o.sending, o.cut = context.WithCancel(context.WithoutCancel(ctx))
	o.group, o.failed = errgroup.WithContext(o.sending)
	o.forget = context.AfterFunc(ctx, o.hurry)
	return o, nil
}

// checksums reports whether checksums go with what is written.
func (s *Store) checksums() bool {
	return s.client.Options().RequestChecksumCalculation == aws.RequestChecksumCalculationWhenSupported
}

// output is a multipart upload. Parts are sent in the background; all but the
// last have the same size, so that the same bytes make the same parts.
//
// A part that is under way while the upload is aborted can be stored after all,
// unseen but paid for. So parts are not cut off when the run is cancelled or
// another part fails: they have a few seconds to arrive, and Abort waits.
type output struct {
	s                     *Store
	name, bucket, key, id string

	ctx     context.Context // Create's
	sending context.Context // of the parts under way
	cut     context.CancelFunc
	failed  context.Context // ends with the first part that fails, and its error
	group   *errgroup.Group
	forget  func() bool // stops watching ctx

	buf   *[]byte // the part being filled; nil if none
	parts []*types.CompletedPart
	size  int64
	sum   uint32 // CRC-32
	err   error  // the first one; of every later call too
	done  bool
}

// hurry gives the parts under way little time.
func (o *output) hurry() { time.AfterFunc(o.s.pace.grace, o.cut) }

func (o *output) Write(p []byte) (n int, err error) {
	for o.usable() && n < len(p) {
		b := o.buffer()
		m := min(len(p)-n, cap(b)-len(b))
		*o.buf = append(b, p[n:n+m]...)
		n += m
		if len(*o.buf) == cap(*o.buf) {
			o.send()
		}
	}
	o.size += int64(n)
	o.sum = crc32.Update(o.sum, crc32.IEEETable, p[:n])
	return n, o.err
}

// buffer returns the part being filled, a new one if there is none.
func (o *output) buffer() []byte {
	if o.buf == nil {
		o.buf = o.s.buffers.Get().(*[]byte)
		*o.buf = (*o.buf)[:0]
	}
	return *o.buf
}

// usable reports whether writing can go on; o.err says why not.
func (o *output) usable() bool {
	switch {
	case o.err != nil:
	case o.done:
		o.fail(fs.ErrClosed)
	case o.ctx.Err() != nil:
		o.fail(context.Cause(o.ctx))
	case o.failed.Err() != nil:
		o.fail(context.Cause(o.failed))
	}
	return o.err == nil
}

func (o *output) fail(err error) {
	if o.err == nil {
		o.err = o.s.failed(o.ctx, "write", o.name, err)
	}
}

// send hands the filled part to a goroutine, once a slot is free.
func (o *output) send() {
	if len(o.parts) == maxParts {
		o.fail(fmt.Errorf("object is larger than %d parts of %d bytes: choose a smaller file size or larger parts", maxParts, o.s.opts.PartSize))
		return
	}
	select {
	case o.s.slots <- struct{}{}:
	case <-o.ctx.Done():
		o.fail(context.Cause(o.ctx))
		return
	case <-o.failed.Done():
		o.fail(context.Cause(o.failed))
		return
	}
	part := &types.CompletedPart{PartNumber: aws.Int32(int32(len(o.parts) + 1))}
	o.parts = append(o.parts, part)
	buf := o.buf
	o.buf = nil
	o.group.Go(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
			if err == nil { // else a dying connection may still read it
				o.s.buffers.Put(buf)
			}
			<-o.s.slots
		}()
		return o.upload(part, *buf)
	})
}

// upload sends one part and notes what S3 said.
func (o *output) upload(part *types.CompletedPart, data []byte) error {
	in := &awss3.UploadPartInput{Bucket: &o.bucket, Key: &o.key, UploadId: &o.id, PartNumber: part.PartNumber}
	if o.s.checksums() {
		in.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32
	}
	out, err := do(o.sending, o.s, o.bucket, in, func(ctx context.Context, in *awss3.UploadPartInput, opts ...func(*awss3.Options)) (*awss3.UploadPartOutput, error) {
		in.Body = bytes.NewReader(data)
		return o.s.client.UploadPart(ctx, in, opts...)
	})
	if err != nil {
		return err
	}
	part.ETag, part.ChecksumCRC32 = out.ETag, out.ChecksumCRC32
	return nil
}

func (o *output) Commit() (storage.Pending, error) {
	// An upload needs a part, though it be empty.
	if o.usable() && (o.buf != nil || len(o.parts) == 0) {
		o.buffer()
		o.send()
	}
	if o.err == nil {
		if err := o.group.Wait(); err != nil {
			o.fail(err)
		}
	}
	if o.err != nil {
		return storage.Pending{}, o.err
	}
	o.end()
	p := storage.Pending{Name: o.name, Size: o.size, CRC32: storage.FormatCRC32(o.sum), UploadID: o.id}
	for _, part := range o.parts {
		p.ETags = append(p.ETags, aws.ToString(part.ETag))
		if o.s.checksums() {
			p.Checksums = append(p.Checksums, aws.ToString(part.ChecksumCRC32))
		}
	}
	return p, nil
}

func (o *output) UploadID() string { return o.id }

func (o *output) Abort() error {
	if o.done {
		return nil
	}
	o.done = true
	o.hurry()
	_ = o.group.Wait() // an error is in o.err, or nobody's concern any more
	o.end()
	return o.s.discard(o.ctx, o.name, o.id)
}

// end lets go of what the output holds, once no part is under way.
func (o *output) end() {
	o.done = true
	o.forget()
	o.cut()
	if o.buf != nil {
		o.s.buffers.Put(o.buf)
		o.buf = nil
	}
}

// Put implements storage.Store.
func (s *Store) Put(ctx context.Context, name string, data []byte) error {
	bucket, key, err := object(name)
	if err != nil {
		return s.failed(ctx, "write", name, err)
	}
	in := &awss3.PutObjectInput{Bucket: &bucket, Key: &key}
	_, err = do(ctx, s, bucket, in, func(ctx context.Context, in *awss3.PutObjectInput, opts ...func(*awss3.Options)) (*awss3.PutObjectOutput, error) {
		in.Body = bytes.NewReader(data)
		return s.client.PutObject(ctx, in, opts...)
	})
	return s.failed(ctx, "write", name, err)
}

// Delete implements storage.Store.
func (s *Store) Delete(ctx context.Context, name string) error {
	bucket, key, err := object(name)
	if err != nil {
		return s.failed(ctx, "delete", name, err)
	}
	_, err = do(ctx, s, bucket, &awss3.DeleteObjectInput{Bucket: &bucket, Key: &key}, s.client.DeleteObject)
	if err = s.failed(ctx, "delete", name, err); errors.Is(err, fs.ErrNotExist) {
		return nil // S3 itself does not say so, others do
	}
	return err
}
