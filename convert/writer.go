package convert

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"batchreport/schema"
)

// heldBytes is how much may wait for its row group in all places together; above
// it, the rows of the largest become a row group as they are.
const heldBytes = 80 << 20

// writer routes the rows of batches to partitions, sorts them if they are to be,
// encodes row groups on several workers, and appends them to the parts of their
// partitions in order. Where a row group and a part end follows from the rows
// alone.
type writer struct {
	mem     memory.Allocator
	format  format
	columns *arrow.Schema // in the files; the batches may have more
	router  *router
	sorter  *sorter // nil where rows stay as they were read
	apart   bool    // files that are read at once do not share row groups: see keepsApart
	workers int
	parts   *parts
	rejects *rejectsFile
}

// Run writes what comes in and leaves the parts ready to be committed.
func (w *writer) Run(ctx context.Context, in <-chan *batch) error {
	groups := make(chan *heldRows)
	routed := groups
	free := make(freeBytes, 2*w.workers) // as many as wait or are worked on
	newWorker := func() func(*heldRows) (*encodedRows, error) { return w.newWorker(free) }
	g, gctx := errgroup.WithContext(ctx)
	// What is created lives longer than the group, so it gets the outer context.
	reject := func(b *batch) error { return w.rejects.write(ctx, b.file, b.rejects) }
	appendRows := func(_ context.Context, rows *encodedRows) error {
		defer rows.Release()
		return w.parts.append(ctx, rows)
	}
	if w.sorter != nil {
		routed = make(chan *heldRows)
		g.Go(guard(func() error { return w.sorter.Run(gctx, routed, groups) }))
	}
	g.Go(guard(func() error { return w.route(gctx, in, routed, reject) }))
	// With twice as many waiting, lines take 20 % more CPU.
	g.Go(guard(func() error { return inOrder(gctx, w.workers, w.workers-1, groups, newWorker, appendRows) }))
	err := g.Wait()
	drain(routed)
	drain(groups)
	if err != nil {
		return err
	}
	if err := w.rejects.close(); err != nil {
		return err
	}
	return w.parts.close()
}

// keepsApart reports whether files that are read at once have row groups of their
// own, so that each has rows that stood together. Sorted rows need none, and
// partitions of which a file has many would be too many if each had two.
func (o *Spec) keepsApart() bool {
	for _, c := range o.PartitionBy {
		switch c {
		case schema.JobID, schema.ReportDate, schema.TaskStatus:
		default:
			return false
		}
	}
	return len(o.SortBy) == 0
}

// place is where rows are held until they make a row group.
type place struct {
	*partition
	lane int
}

// heldRows are the rows of a place that wait for a row group. Whoever holds
// them owns the batches, and gives them back with Release.
type heldRows struct {
	place
	batches []arrow.Record
	taken   *taker // the last rows, if they are no whole batch; nil if there are none
	rows    int64
	bytes   int64
}

// finish makes the rows taken a batch.
func (h *heldRows) finish() {
	if h.taken != nil {
		h.batches = append(h.batches, h.taken.finish())
		h.taken = nil
	}
}

// take moves the rows of other behind those of h.
func (h *heldRows) take(other *heldRows) {
	h.finish()
	other.finish()
	h.batches = append(h.batches, other.batches...)
	h.rows += other.rows
	h.bytes += other.bytes
	other.batches, other.rows, other.bytes = nil, 0, 0
}

// Release releases the batches.
func (h *heldRows) Release() {
	h.finish()
	for _, rec := range h.batches {
		rec.Release()
	}
	h.batches = nil
}

// abort drops what is being written.
func (w *writer) abort() {
	w.parts.abort()
	w.rejects.abort()
}

// route hands rejected rows to reject, collects the others by partition, and
// sends those on that make a row group.
func (w *writer) route(ctx context.Context, in <-chan *batch, out chan<- *heldRows, reject func(*batch) error) error {
	defer close(out)
	held := &holding{place: map[place]int{}}
	defer held.release()
	for {
		b, ok, err := receive(ctx, in)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		err = reject(b)
		if err == nil {
			err = w.hold(ctx, b, held, out)
		}
		b.Release()
		if err != nil {
			return err
		}
	}
	held.join(w.heldSize())
	for _, rows := range held.order {
		if rows.rows > 0 {
			if err := held.send(ctx, rows, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldSize returns the rows, or bytes, of a partition that go on together.
func (w *writer) heldSize() (rows, bytes int64) {
	if w.sorter != nil {
		return w.sorter.limits.runRows, w.sorter.limits.runBytes
	}
	return w.format.rowGroupSize()
}

// hold adds a batch to its partitions and sends on those that are full.
func (w *writer) hold(ctx context.Context, b *batch, held *holding, out chan<- *heldRows) error {
	groups, err := w.router.route(b.rec)
	if err != nil {
		return err
	}
	maxRows, maxBytes := w.heldSize()
	rec := project(b.rec, w.columns)
	defer rec.Release()
	for _, g := range groups {
		at := place{partition: g.partition}
		if w.apart {
			at.lane = b.lane
		}
		rows := held.of(at)
		if g.rows == nil {
			rec.Retain()
			held.add(rows, rec)
		} else if err := held.take(w.mem, rows, rec, g.rows); err != nil {
			return err
		}
		if rows.rows >= maxRows || rows.bytes >= maxBytes {
			if err := held.send(ctx, rows, out); err != nil {
				return err
			}
		}
		for held.bytes > heldBytes {
			if err := held.send(ctx, held.largest(), out); err != nil {
				return err
			}
		}
	}
	return nil
}

// holding is the rows held of all places, in the order of their first rows.
type holding struct {
	order []*heldRows
	place map[place]int // in order
	bytes int64
}

// of returns the rows held of a place.
func (h *holding) of(p place) *heldRows {
	i, ok := h.place[p]
	if !ok {
		i = len(h.order)
		h.place[p] = i
		h.order = append(h.order, &heldRows{place: p})
	}
	return h.order[i]
}

// join makes one row group of what is left of a partition, where that fits.
func (h *holding) join(maxRows, maxBytes int64) {
	first := map[*partition]*heldRows{}
	for _, rows := range h.order {
		to := first[rows.partition]
		switch {
		case to == nil:
			first[rows.partition] = rows
		case to.rows+rows.rows <= maxRows && to.bytes+rows.bytes <= maxBytes:
			to.take(rows)
		}
	}
}

// add takes rec over.
func (h *holding) add(rows *heldRows, rec arrow.Record) {
	rows.finish()
	rows.batches = append(rows.batches, rec)
	h.count(rows, rec.NumRows(), recordBytes(rec))
}

// take copies the rows of rec with these numbers.
func (h *holding) take(mem memory.Allocator, rows *heldRows, rec arrow.Record, numbers []int32) (err error) {
	if rows.taken == nil {
		if rows.taken, err = newTaker(mem, rec.Schema()); err != nil {
			return err
		}
	}
	before := rows.taken.size()
	rows.taken.take(rec, numbers)
	h.count(rows, int64(len(numbers)), rows.taken.size()-before)
	return nil
}

func (h *holding) count(rows *heldRows, n, bytes int64) {
	rows.rows += n
	rows.bytes += bytes
	h.bytes += bytes
}

// largest returns the rows of the place that has the most bytes, the first of several.
func (h *holding) largest() *heldRows {
	largest := h.order[0]
	for _, rows := range h.order {
		if rows.bytes > largest.bytes {
			largest = rows
		}
	}
	return largest
}

// send passes rows on and lets their place begin anew.
func (h *holding) send(ctx context.Context, rows *heldRows, out chan<- *heldRows) error {
	rows.finish()
	if err := send(ctx, out, rows); err != nil {
		return err
	}
	h.order[h.place[rows.place]] = &heldRows{place: rows.place}
	h.bytes -= rows.bytes
	return nil
}

func (h *holding) release() {
	for _, rows := range h.order {
		rows.Release()
	}
}

// recordBytes is the size of a batch's buffers. A dictionary that several
// batches share counts in each, for each of them keeps it.
func recordBytes(rec arrow.Record) (n int64) {
	for _, col := range rec.Columns() {
		n += dataBytes(col.Data())
		if d, ok := col.(*array.Dictionary); ok {
			n += dataBytes(d.Dictionary().Data())
		}
	}
	return n
}

func dataBytes(data arrow.ArrayData) (n int64) {
	for _, b := range data.Buffers() {
		if b != nil {
			n += int64(b.Len())
		}
	}
	return n
}

// encodedRows is a row group on its way to its partition's part. Whoever holds
// it owns its bytes, and gives them back with Release.
type encodedRows struct {
	partition *partition
	rowGroup
	free freeBytes
}

// Release gives the bytes back for another row group.
func (r *encodedRows) Release() { r.free.put(r.data) }

// freeBytes is memory for row groups. To leave it to the garbage collector costs
// more: fresh pages for some megabytes at a time.
type freeBytes chan []byte

// get returns memory, or nil.
func (f freeBytes) get() []byte {
	select {
	case b := <-f:
		return b
	default:
		return nil
	}
}

// put keeps memory for get, if there is not enough already.
func (f freeBytes) put(b []byte) {
	select {
	case f <- b:
	default:
	}
}

// newWorker returns a function that encodes row groups, for one goroutine.
func (w *writer) newWorker(free freeBytes) func(*heldRows) (*encodedRows, error) {
	encoder := w.format.newEncoder()
	return func(rows *heldRows) (*encodedRows, error) {
		defer rows.Release()
		encoded, err := encoder.encode(free.get(), rows.batches)
		return &encodedRows{rows.partition, encoded, free}, err
	}
}

// project returns rec with only the columns of to; the caller releases it.
func project(rec arrow.Record, to *arrow.Schema) arrow.Record {
	columns := make([]arrow.Array, 0, len(to.Fields()))
	for _, f := range to.Fields() {
		columns = append(columns, rec.Column(rec.Schema().FieldIndices(f.Name)[0]))
	}
	return array.NewRecord(to, columns, rec.NumRows())
}
