package reading

import (
	"context"
	"sync"

	"batchreport/convert/internal/stage"
	"batchreport/convert/plan"
)

// Files are opened ahead, so that a store that takes its time to answer has
// answered when their turn comes, for many small files at once. One that begins
// further away can wait, for it would be in the way of what is read now. The bytes
// are half of what S3 reads ahead: what is left of a file takes no more of that
// then, and the other half is for those that follow.
const (
	openAhead      = 16
	openAheadBytes = 8 << 20
)

// opener opens files in their order, the next of them ahead of their turn, each in
// a goroutine of its own. It belongs to one goroutine. What it returns is the
// caller's; what it has opened and not returned, close closes.
type opener struct {
	ctx    context.Context
	cancel context.CancelFunc
	open   func(context.Context, *plan.File) (*input, error)
	files  []plan.File

	asked  int           // files that were asked for
	before int64         // bytes in these
	opened []chan opened // of those not returned, in order
	group  sync.WaitGroup
}

// opened is a file, or why it is not open.
type opened struct {
	in  *input
	err error
}

func newOpener(ctx context.Context, files []plan.File, open func(context.Context, *plan.File) (*input, error)) *opener {
	o := &opener{open: open, files: files}
	o.ctx, o.cancel = context.WithCancel(ctx)
	return o
}

// next returns the next file.
func (o *opener) next() (*input, error) {
	if len(o.opened) == 0 {
		o.ask()
	}
	next, ok, err := stage.Receive(o.ctx, o.opened[0])
	if !ok {
		return nil, err
	}
	o.opened = o.opened[1:]
	return next.in, next.err
}

// ahead opens what comes soon after the first read bytes of all files. A stream
// is not opened before its turn.
func (o *opener) ahead(read int64) {
	for o.asked < len(o.files) && o.files[o.asked].Size >= 0 && len(o.opened) < openAhead && o.before-read <= openAheadBytes {
		o.ask()
	}
}

// ask opens the next file that was not asked for.
func (o *opener) ask() {
	file, done := &o.files[o.asked], make(chan opened, 1)
	o.asked++
	o.before += max(file.Size, 0)
	o.opened = append(o.opened, done)
	o.group.Go(func() {
		var r opened
		r.err = stage.Guard(func() (err error) {
			r.in, err = o.open(o.ctx, file)
			return err
		})()
		done <- r
	})
}

// close closes what was opened and not returned.
func (o *opener) close() {
	o.cancel()
	o.group.Wait()
	for _, done := range o.opened {
		if r := <-done; r.err == nil {
			r.in.close()
		}
	}
}
