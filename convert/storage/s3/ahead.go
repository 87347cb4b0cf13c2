package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"sync"

	"batchreport/convert/storage"
)

// pieceSize is how much of an object a request asks for. S3 takes some 30 ms to
// answer and sends up to 90 MB/s then: smaller pieces would spend their time
// waiting, and larger ones leave fewer to read at a time within the same memory.
const pieceSize = 2 << 20

// Open implements storage.Store. It reads ahead: the object's pieces are asked for
// at once, as far as Options.ReadAhead has room for them, each as the object with
// the ETag of the first. So has the first of an object that nobody reads yet: who
// opens several gets all of them for the time of one answer.
func (s *Store) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	r := &reader{s: s, name: name}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	first := &stream{ctx: r.ctx, s: s, name: name, end: pieceSize}
	if etag != "" {
		quoted := `"` + etag + `"`
		first.etag = &quoted
	}
	if err := first.get(); err != nil {
		r.cancel(nil)
		return nil, s.failed(ctx, "read", name, err)
	}
	r.object, r.etag, r.next = first.object, first.etag, first.end
	r.pieces = []*piece{r.begin(first)}
	r.ask()
	return r, nil
}

// reader reads an object in pieces. It belongs to one goroutine, and each piece
// that is read ahead to one of its own until it is done.
type reader struct {
	ctx    context.Context // ends with Close
	cancel context.CancelCauseFunc
	s      *Store
	name   string
	etag   *string
	object *objectInfo

	pieces []*piece // asked for, in order; the first is being read
	next   int64    // where the first begins that is not asked for
	group  sync.WaitGroup
	err    error // what every later Read returns
}

var _ storage.Attested = (*reader)(nil)

// piece is a range of an object. Where there was room it is read into memory.
type piece struct {
	stream *stream
	buf    []byte        // nil if it is read from the stream, when its turn has come
	done   chan struct{} // closed when n and err are what they will be
	n      int           // bytes in buf
	err    error         // why these are not all
	at     int           // of the next byte in buf
}

// begin begins a piece. Where there is room for it, it is read from now on.
func (r *reader) begin(s *stream) *piece {
	p := &piece{stream: s}
	size := int(s.end - s.offset)
	if size > pieceSize { // of a store that does not know ranges
		return p
	}
	if p.buf = r.s.room.take(size); p.buf == nil {
		return p
	}
	p.done = make(chan struct{})
	r.group.Go(func() {
		defer close(p.done)
		defer func() {
			if e := recover(); e != nil {
				p.err = fmt.Errorf("panic: %v\n%s", e, debug.Stack())
			}
		}()
		p.fill()
	})
	return p
}

// fill reads the piece to its end, where checksums are compared.
func (p *piece) fill() {
	p.n, p.err = io.ReadFull(p.stream, p.buf)
	if p.err == nil {
		_, p.err = p.stream.Read(make([]byte, 1))
	}
	if p.n == len(p.buf) && errors.Is(p.err, io.EOF) {
		p.err = nil
	}
	p.stream.close()
}

// ask asks for the pieces that follow while there is room.
func (r *reader) ask() {
	for r.next < r.object.size {
		next := r.following()
		if !r.s.room.has(int(next.end - next.offset)) {
			return
		}
		p := r.begin(next)
		if p.buf == nil {
			return // somebody else was faster
		}
		r.pieces = append(r.pieces, p)
		r.next = p.stream.end
	}
}

// following returns the stream of the piece that was not asked for yet.
func (r *reader) following() *stream {
	return &stream{
		ctx: r.ctx, s: r.s, name: r.name, etag: r.etag, object: r.object,
		offset: r.next, end: min(r.next+pieceSize, r.object.size),
	}
}

// Read implements io.Reader.
func (r *reader) Read(b []byte) (int, error) {
	for r.err == nil {
		if err := context.Cause(r.ctx); err != nil {
			r.fail(err)
			break
		}
		if len(r.pieces) == 0 {
			if r.next == r.object.size {
				r.end()
				break
			}
			p := r.begin(r.following())
			r.pieces, r.next = []*piece{p}, p.stream.end
		}
		r.ask() // there may be room that there was not before
		p := r.pieces[0]
		n, err := p.read(r.ctx, b)
		if r.object.sum != nil {
			r.object.sum.Write(b[:n])
		}
		switch {
		case p.ended() && errors.Is(err, io.EOF):
			r.drop(p)
			r.pieces = r.pieces[1:]
		case err != nil:
			r.fail(err)
		}
		if n > 0 || len(b) == 0 {
			return n, nil
		}
	}
	return 0, r.err
}

// read reads what is next of the piece.
func (p *piece) read(ctx context.Context, b []byte) (int, error) {
	if p.buf == nil {
		return p.stream.Read(b)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	n := copy(b, p.buf[p.at:p.n])
	p.at += n
	switch {
	case p.at < p.n:
		return n, nil
	case p.err != nil:
		return n, p.err
	}
	return n, io.EOF
}

// ended reports whether all of the piece was read.
func (p *piece) ended() bool {
	if p.buf == nil {
		return p.stream.offset == p.stream.end
	}
	return p.at == len(p.buf)
}

// drop gives back what a piece holds, once nobody reads into it.
func (r *reader) drop(p *piece) {
	if p.buf == nil {
		p.stream.close()
		return
	}
	r.s.room.give(p.buf)
}

// end compares the object's checksum, if it has one.
func (r *reader) end() {
	r.err = io.EOF
	if r.object.sum == nil {
		return
	}
	if err := r.object.sum.check(); err != nil {
		r.fail(err)
	}
}

func (r *reader) fail(err error) { r.err = r.s.failed(r.ctx, "read", r.name, err) }

// Close implements io.Closer. It ends requests under way.
func (r *reader) Close() error {
	if r.err == nil || errors.Is(r.err, io.EOF) {
		r.fail(http.ErrBodyReadAfterClose)
	}
	r.cancel(nil)
	r.group.Wait()
	for _, p := range r.pieces {
		r.drop(p)
	}
	r.pieces = nil
	return nil
}

// Attests implements storage.Attested. An ETag of 32 digits is the MD5 of the
// object's bytes, unless these are encrypted with a key of KMS or the client's
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html). It proves
// nothing where it differs, but an MD5 that equals it is no accident.
//
// On the way TLS guards the bytes, whatever the number of requests, for all have
// the same ETag. Without TLS the object must have a checksum, which S3 tells only
// if one piece is the whole of it.
func (r *reader) Attests(sum string) bool { return r.object.md5 != "" && r.object.md5 == sum }
