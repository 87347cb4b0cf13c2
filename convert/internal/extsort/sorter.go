package extsort

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/encode"
	"batchreport/convert/table"
)

// Config says what a Sorter sorts, and how.
type Config struct {
	Columns *arrow.Schema // of the batches that come in and go out
	By      []string      // names of columns, the first decides first; others than of Columns are ignored
	Format  encode.Format // that row groups go to, whose size they have
	Workers int           // that make runs
	TempDir string        // where the spill file is; "" means os.TempDir
}

// Sorter puts the rows of each partition in order. It sorts one input.
type Sorter struct {
	mem     memory.Allocator
	columns *arrow.Schema // of the batches
	by      []int         // columns, the first decides first
	workers int
	limits  sortLimits
	spill   spillFile

	order []*table.Partition // as their first rows came
	runs  map[*table.Partition][]*run
	kept  int64 // bytes of the runs in memory
}

// New returns the sorter of a task, whose batches are of mem; nil where the rows of a
// partition stay as they are, because Columns has none of By.
func New(mem memory.Allocator, c Config) *Sorter {
	s := &Sorter{mem: mem, columns: c.Columns, workers: c.Workers, spill: spillFile{dir: c.TempDir}, runs: map[*table.Partition][]*run{}}
	for _, name := range c.By {
		// A column that is in the path only is the same in all rows of a partition.
		s.by = append(s.by, s.columns.FieldIndices(name)...)
	}
	if len(s.by) == 0 {
		return nil
	}
	groupRows, groupBytes := c.Format.RowGroupSize()
	s.limits = sortLimits{
		// Fewer bytes than a row group of Parquet holds, for runs are sorted beside the
		// rows that are read; with twice as many bytes sorting is no faster.
		runRows: 122_880, runBytes: 8 << 20,
		groupRows: groupRows, groupBytes: groupBytes,
		// A row group is several batches: were it one, its buffers would seldom fit
		// the next, and the allocator keeps what is freed.
		piece: min(groupBytes, 2<<20),
		// This merges some 200 runs, 1.6 GiB of a partition, at once: batches are a
		// little larger than batch.
		batch: 128 << 10, merge: 32 << 20,
		// With this a report of some 60 MB needs no disk.
		keep: 32 << 20,
	}
	return s
}

// RunSize returns how many rows, or bytes, of a partition Run wants in one value,
// whichever comes first.
func (s *Sorter) RunSize() (rows, bytes int64) { return s.limits.runRows, s.limits.runBytes }

// Run receives rows and passes them on: one partition after the other, the rows of each
// in order and as row groups. It closes out.
func (s *Sorter) Run(ctx context.Context, in <-chan *batch.Rows, out chan<- *batch.Rows) (err error) {
	defer close(out)
	defer func() {
		if e := s.spill.close(); err == nil {
			err = e
		}
	}()
	if err := s.sort(ctx, in); err != nil {
		return err
	}
	m, err := newMerger(s.mem, s.columns, s.by)
	if err != nil {
		return err
	}
	for _, p := range s.order {
		if err := s.merge(ctx, m, p, out); err != nil {
			return err
		}
	}
	return nil
}

// sortLimits bound what a sorter holds.
type sortLimits struct {
	runRows, runBytes     int64 // at which a run is sorted
	groupRows, groupBytes int64 // at which a row group ends
	piece                 int64 // bytes of a row group's batch
	batch                 int64 // bytes of a run's batch, which is what a merge holds of the run
	keep                  int64 // bytes of runs in memory, all together
	merge                 int64 // bytes of batches of all runs that are merged at once
}
