package convert

import (
	"context"

	"batchreport/convert/internal/count"
	"batchreport/convert/internal/stage"
	"batchreport/convert/ledger"
)

// grouper is the last stage of a summary: it counts the rows of a task, and keeps the first
// of those that could not be read.
type grouper struct {
	counts  *count.Counts
	rejects []ledger.RowError
}

// maxSamples is how many rows that cannot be read an overview has.
const maxSamples = 5

// Run implements lastStage.
func (g *grouper) Run(ctx context.Context, in <-chan *rowBatch) error {
	for {
		b, ok, err := stage.Receive(ctx, in)
		if !ok {
			return err
		}
		for _, r := range b.rejects[:min(len(b.rejects), maxSamples-len(g.rejects))] {
			g.rejects = append(g.rejects, *r.err(b.file))
		}
		g.counts.Add(&b.counted, b.file.Key, b.before)
		b.Release()
	}
}

// merge adds what another grouper has counted after this one, which is not to be used
// again.
func (g *grouper) merge(o *grouper) {
	g.counts.Merge(o.counts)
	g.rejects = append(g.rejects, o.rejects[:min(len(o.rejects), maxSamples-len(g.rejects))]...)
}
