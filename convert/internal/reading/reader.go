package reading

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

// Config says what a Reader reads, and how. All of it is needed.
type Config struct {
	// Store is where the files are.
	Store storage.Store
	// Files are read one after the other, in this order. Nobody changes them while the
	// Reader runs, or somebody holds a Block, which points to its file here.
	Files []plan.File
	// Verify says how it is proved that the files are those that their manifest lists.
	Verify table.VerifyInput
	// NewMD5 returns what hashes a file where that takes its MD5: that of crypto/md5.
	NewMD5 func() hash.Hash
	// MaxRecord is how many bytes a record may have, at least 1. One that is longer, or
	// has a quote that is not closed within so many, is rejected.
	MaxRecord int
	// OnRead is told how many bytes have been read since it was told before, of what is
	// stored, which may be gzip. It is called by one goroutine at a time.
	OnRead func(bytes int)
}

// Reader reads the result files of a task one after the other, verifies them, and
// cuts them into blocks that end on a record boundary. A record at which a file is
// cut off is not sent, for by then its MD5 or its size is known to be wrong. A Reader
// runs once.
//
// One goroutine reads and cuts. What it has read of a file goes through a prover,
// which hashes it in a goroutine of its own and sends the blocks on. The next file
// is read while the end of the one before is hashed.
type Reader struct {
	config Config
	pool   sync.Pool

	stored int64 // bytes read of what is stored, which may be gzip
	files  []File
}

// File is what a Reader knows of a file that it has read.
type File struct {
	// Size is that of its CSV, in bytes: more than is stored where that is gzip.
	Size int64
	// Verified is how the file was verified, as ledger.Input has it.
	Verified ledger.Verification
}

// New returns a Reader of the files of a task.
func New(c Config) *Reader { return &Reader{config: c} }

// Files returns what is known of each file, in the order of Config.Files, once Run has
// returned without an error.
func (r *Reader) Files() []File { return r.files }

// readAhead is how many steps of a file may be read and not hashed yet. A block takes
// about two of them, one for what is read and one for the block: two blocks are enough
// that neither goroutine waits for the other.
const readAhead = 4

// Run sends the blocks of all files, in their order, and closes out. The MD5 and the size
// of a file are known only at its end, so what was sent counts only where Run returns
// nil in the end.
//
// An error tells of the first file, in their order, that cannot be opened or read, or
// whose MD5 or size is not what was listed, which is reportfile.ErrReport; or it is the
// cause for which the context has ended. A record that cannot be read is no error, but a
// Block that says so.
func (r *Reader) Run(ctx context.Context, out chan<- *Block) error {
	defer close(out)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(stage.Guard(func() error { return r.read(ctx, g, out) }))
	return g.Wait()
}

// read reads and cuts all files. Their provers run in g, no more than two at once.
func (r *Reader) read(ctx context.Context, g *errgroup.Group, out chan<- *Block) error {
	files := newOpener(ctx, r.config.Files, r.open)
	defer files.close()
	through := make(chan struct{}) // closed when the file before has been sent
	close(through)
	for before := through; len(r.files) < len(r.config.Files); {
		files.ahead(r.stored)
		in, err := files.next()
		if err != nil {
			return r.after(ctx, through, err)
		}
		r.files = append(r.files, File{Verified: in.proof.verified})
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
func (r *Reader) after(ctx context.Context, through <-chan struct{}, err error) error {
	if _, _, before := stage.Receive(ctx, through); before != nil {
		return before
	}
	return err
}

// cut reads and cuts a file, which it closes. An error is a last step too.
func (r *Reader) cut(ctx context.Context, files *opener, in *input, steps chan<- step) (err error) {
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
	in.onRead = func(stored int) {
		r.stored += int64(stored)
		r.config.OnRead(stored)
	}
	for {
		b, err := c.next()
		if err != nil {
			return err
		}
		if b == nil {
			r.files[len(r.files)-1].Size = in.size
			return c.drop(c.block)
		}
		if b.Order, err = r.order(ctx, c, b); err != nil {
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
func (r *Reader) order(ctx context.Context, c *cutter, b *Block) (schema.Order, error) {
	if b.Reject != "" || c.order != schema.OrderUnknown {
		return c.order, nil
	}
	c.order = schema.FirstOrder(b.Data)
	if c.order == schema.OrderUnknown && !c.looked && c.in.file.Size >= 0 {
		c.looked = true
		var err error
		c.order, err = r.findOrder(ctx, c.in.file)
		return c.order, err
	}
	return c.order, nil
}

// findOrder returns the order of the first record of a file whose content decides.
func (r *Reader) findOrder(ctx context.Context, file *plan.File) (schema.Order, error) {
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
		if b.Reject == "" {
			order = schema.FirstOrder(b.Data)
		}
		b.Release()
		if order != schema.OrderUnknown {
			return order, nil
		}
	}
}

// open opens a file.
func (r *Reader) open(ctx context.Context, file *plan.File) (*input, error) {
	body, err := reportfile.Open(ctx, r.config.Store, file.Name, file.ETag)
	if err != nil {
		return nil, err
	}
	return newInput(body, file, newProof(r.config.Verify, file, body, r.config.NewMD5)), nil
}

// newCutter returns what cuts a file that is open.
func (r *Reader) newCutter(in *input, emit func(step) error) *cutter {
	c := &cutter{in: in, emit: emit, maxRecord: r.config.MaxRecord, pool: &r.pool}
	c.block = c.newBlock()
	return c
}
