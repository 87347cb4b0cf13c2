package convert

import (
	"context"
	"hash"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/convert/internal/count"
	"batchreport/convert/internal/reading"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// pipeline reads and normalizes the result files of tasks, and hands their rows to a last
// stage, which says what becomes of them. It may run several tasks at once.
type pipeline struct {
	store   storage.Store
	options *Options // with their defaults
	columns []schema.Column
	// failedOnly says that the batches have the failed rows alone: the others are read
	// and counted, but their messages are not split.
	failedOnly bool
	// number is that of the job among several, for rows that have it.
	number int32
	// rawKeys says that the column key has the keys as the report has them: to decode
	// them all takes a tenth of the time of a stage that looks at a few.
	rawKeys bool
	// counting says how rows are counted; nil where they become batches.
	counting *count.Options
	mem      memory.Allocator
	newMD5   func() hash.Hash
}

// lastStage is what a task ends in: the writer of a table, or what counts its rows. It
// belongs to one task.
type lastStage interface {
	// Run takes the batches of the task in the order of its rows until in is closed. It
	// owns each batch that it has received; what it leaves in the channel after an error
	// is the pipeline's. What it has counted stands when the whole pipeline has ended
	// without an error, for the MD5 of a file is known only then.
	Run(ctx context.Context, in <-chan *rowBatch) error
}

// taskRead is what a task has read.
type taskRead struct {
	inputs     []ledger.Input // by file
	totals     ledger.Totals  // of what was read
	codes      ledger.CodeCounts
	lastReject *ledger.RowError
}

// run runs the three stages over the files of a task of a job. It returns when all of
// them have ended.
func (p *pipeline) run(ctx context.Context, job *plan.Job, files []plan.File, workers int, last lastStage) (*taskRead, error) {
	o := p.options
	reader := reading.New(reading.Config{
		Store:     p.store,
		Files:     files,
		Verify:    o.VerifyInput,
		NewMD5:    p.newMD5,
		MaxRecord: o.MaxRecordBytes,
		OnRead:    o.OnRead,
	})
	normalizer := &normalizer{
		mem:        p.mem,
		job:        job,
		files:      files,
		columns:    p.columns,
		extract:    o.Extract,
		keys:       o.KeyEncoding,
		rawMessage: o.RawMessage,
		failedOnly: p.failedOnly,
		number:     p.number,
		rawKeys:    p.rawKeys,
		counting:   p.counting,
		workers:    workers,
		maxRejects: o.MaxRejects,
	}
	blocks := make(chan *reading.Block, workers)
	batches := make(chan *rowBatch, workers)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(stage.Guard(func() error { return reader.Run(gctx, blocks) }))
	g.Go(stage.Guard(func() error { return normalizer.Run(gctx, blocks, batches) }))
	g.Go(stage.Guard(func() error { return last.Run(gctx, batches) }))
	err := g.Wait()
	stage.Drain(blocks)
	stage.Drain(batches)
	if err != nil {
		return nil, err
	}
	read := &taskRead{inputs: normalizer.inputs, totals: normalizer.totals, codes: normalizer.codeCounts(), lastReject: normalizer.lastReject}
	read.totals.Files = int64(len(files))
	for i, f := range reader.Files() {
		read.totals.BytesIn += f.Size
		read.inputs[i].Size, read.inputs[i].Verified = f.Size, f.Verified
		if f.Verified == ledger.VerifiedNone {
			read.totals.Unverified++
		}
	}
	return read, nil
}
