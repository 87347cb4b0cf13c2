package convert

import (
	"context"
	"hash"
	"sync"

	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/reportfile"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// reader reads the result files of a task one after the other, verifies them, and
// cuts them into blocks that end on a record boundary. A record at which a file is
// cut off is not sent, for by then its MD5 or its size is known to be wrong.
//
// One goroutine reads and cuts. What it has read of a file goes through a prover,
// which hashes it in a goroutine of its own and sends the blocks on. The next file
// is read while the end of the one before is hashed.
type reader struct {
	store     storage.Store
	files     []plan.File
	verify    table.VerifyInput
	newMD5    func() hash.Hash
	maxRecord int
	onRead    func(bytes int)
	pool      sync.Pool

	bytes    int64                 // read so far
	stored   int64                 // read of what is stored, which may be gzip
	sizes    []int64               // in bytes, of each file that was read
	verified []ledger.Verification // how each file was that has been opened
}

// readAhead is how many steps of a file may be read and not hashed yet. A block takes
// about two of them, one for what is read and one for the block: two blocks are enough
// that neither goroutine waits for the other.
const readAhead = 4

// Run sends the blocks of all files in order.
func (r *reader) Run(ctx context.Context, out chan<- *block) error {
	defer close(out)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(stage.Guard(func() error { return r.read(ctx, g, out) }))
	return g.Wait()
}

// read reads and cuts all files. Their provers run in g, no more than two at once.
func (r *reader) read(ctx context.Context, g *errgroup.Group, out chan<- *block) error {
	files := newOpener(ctx, r.files, r.open)
	defer files.close()
	through := make(chan struct{}) // closed when the file before has been sent
	close(through)
	for before := through; len(r.verified) < len(r.files); {
		files.ahead(r.stored)
		in, err := files.next()
		if err != nil {
			return r.after(ctx, through, err)
		}
		r.verified = append(r.verified, in.proof.verified)
		// When the file before the last is through, its prover has ended.
		if _, _, err := stage.Receive(ctx, before); err != nil {
			in.close()
			return err
		}
		p, steps := newProver(in, through), make(chan step, readAhead)
		g.Go(stage.Guard(func() error { return p.Run(ctx, steps, out) }))
		before, through = through, p.through
		if err := r.cut(ctx, files, in, steps); err != nil {
			return r.after(ctx, through, err)
		}
	}
	return nil
}

// after returns an error once all that was read before it is through, or the error
// of that, so that the first in the order of the files is the one to tell.
func (r *reader) after(ctx context.Context, through <-chan struct{}, err error) error {
	if _, _, before := stage.Receive(ctx, through); before != nil {
		return before
	}
	return err
}

// cut reads and cuts a file, which it closes. An error is a last step too.
func (r *reader) cut(ctx context.Context, files *opener, in *input, steps chan<- step) (err error) {
	defer func() {
		if err != nil {
			_ = stage.Send(ctx, steps, step{err: err}) // The send fails only if the run ends anyway.
		}
		close(steps)
	}()
	c := r.newCutter(in, func(s step) error {
		files.ahead(r.stored)
		return stage.Send(ctx, steps, s)
	})
	defer c.close()
	in.onRead = func(n, stored int) {
		r.bytes += int64(n)
		r.stored += int64(stored)
		r.onRead(stored)
	}
	for {
		b, err := c.next()
		if err != nil {
			return err
		}
		if b == nil {
			r.sizes = append(r.sizes, in.size)
			return c.drop(c.block)
		}
		if b.order, err = r.order(ctx, c, b); err != nil {
			return err
		}
		if err := c.emit(step{block: b}); err != nil {
			return err
		}
	}
}

// order returns the order of the two columns where a record of the block does not
// tell. Nearly always the file's first record tells it. Where the first block does
// not, the file is read once more to find a record that does. A stream cannot be read
// twice, so there the order stays unknown until a record tells it.
func (r *reader) order(ctx context.Context, c *cutter, b *block) (schema.Order, error) {
	if b.reject != "" || c.order != schema.OrderUnknown {
		return c.order, nil
	}
	c.order = schema.FirstOrder(b.data)
	if c.order == schema.OrderUnknown && !c.looked && c.in.file.Size >= 0 {
		c.looked = true
		var err error
		c.order, err = r.findOrder(ctx, c.in.file)
		return c.order, err
	}
	return c.order, nil
}

// findOrder returns the order of the first record of a file whose content decides.
func (r *reader) findOrder(ctx context.Context, file *plan.File) (schema.Order, error) {
	in, err := r.open(ctx, file)
	if err != nil {
		return schema.OrderUnknown, err
	}
	c := r.newCutter(in, func(s step) error {
		s.Release() // what is read is hashed, and taken apart, when its turn comes
		return nil
	})
	defer c.close()
	for {
		b, err := c.next()
		if b == nil || err != nil {
			return schema.OrderUnknown, err
		}
		order := schema.OrderUnknown
		if b.reject == "" {
			order = schema.FirstOrder(b.data)
		}
		b.Release()
		if order != schema.OrderUnknown {
			return order, nil
		}
	}
}

// open opens a file.
func (r *reader) open(ctx context.Context, file *plan.File) (*input, error) {
	body, err := reportfile.Open(ctx, r.store, file.Name, file.ETag)
	if err != nil {
		return nil, err
	}
	return newInput(body, file, newProof(r.verify, file, body, r.newMD5)), nil
}

// newCutter returns what cuts a file that is open.
func (r *reader) newCutter(in *input, emit func(step) error) *cutter {
	c := &cutter{in: in, emit: emit, maxRecord: r.maxRecord, pool: &r.pool}
	c.block = c.newBlock()
	return c
}
