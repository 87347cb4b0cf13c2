package convert

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"batchreport/convert/delta"
	"batchreport/convert/internal/encode"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// parts are the files that a task writes, one open at a time for each partition.
type parts struct {
	to      outputs
	format  encode.Format
	target  int64 // a part is closed once it has so many bytes
	maxOpen int
	skipped []string // columns of which the commit record has the bounds

	open   map[*table.Partition]*openPart
	number map[*table.Partition]int // of parts so far
	order  []*table.Partition       // of the open parts, as they were opened
	done   []ledger.WrittenPart
}

func newParts(to outputs, f encode.Format, o *table.Spec) *parts {
	return &parts{
		to: to, format: f, target: o.TargetFileSize, maxOpen: o.MaxOpenParts, skipped: o.Skipped(),
		open: map[*table.Partition]*openPart{}, number: map[*table.Partition]int{},
	}
}

// openPart is a part being written.
type openPart struct {
	out    *countedOutput
	part   ledger.Part // without its bytes
	writer encode.PartWriter
}

// countedOutput counts the bytes that went into an output.
type countedOutput struct {
	storage.Output
	bytes int64
}

// Write implements io.Writer.
func (o *countedOutput) Write(b []byte) (int, error) {
	n, err := o.Output.Write(b)
	o.bytes += int64(n)
	return n, err
}

// append adds a row group to its partition's part, a new one if need be.
func (s *parts) append(ctx context.Context, rows *encodedRows) error {
	p := s.open[rows.partition]
	if p == nil {
		if len(s.order) == s.maxOpen {
			if err := s.closePart(s.largest()); err != nil {
				return err
			}
		}
		var err error
		if p, err = s.openPart(ctx, rows.partition); err != nil {
			return err
		}
	}
	if err := p.writer.Append(rows.RowGroup); err != nil {
		return named(p.part.Name, err)
	}
	p.part.Rows += rows.Rows
	if p.out.bytes >= s.target {
		return s.closePart(rows.partition)
	}
	return nil
}

func (s *parts) openPart(ctx context.Context, at *table.Partition) (*openPart, error) {
	name := fmt.Sprintf("%s%s-%05d%s", at.Folder, s.to.PartName(), s.number[at], s.format.Extension())
	out, err := s.to.Create(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &openPart{out: &countedOutput{Output: out}, part: ledger.Part{Name: name, Partition: at.Values}}
	s.open[at] = p
	s.order = append(s.order, at)
	s.number[at]++
	p.writer, err = s.format.NewPart(p.out)
	if err != nil {
		return nil, named(name, err)
	}
	return p, nil
}

// named returns an error of the part of that name, which the store's errors name
// themselves.
func named(name string, err error) error {
	if own := (*storage.Error)(nil); errors.As(err, &own) {
		return err
	}
	return fmt.Errorf("write %s: %w", name, err)
}

// largest returns the open partition whose part has the most bytes, the first of several.
func (s *parts) largest() *table.Partition {
	largest := s.order[0]
	for _, at := range s.order {
		if s.open[at].out.bytes > s.open[largest].out.bytes {
			largest = at
		}
	}
	return largest
}

func (s *parts) closePart(at *table.Partition) error {
	p := s.open[at]
	if err := p.writer.Close(); err != nil {
		return named(p.part.Name, err)
	}
	pending, err := p.out.Commit()
	if err != nil {
		return err
	}
	p.part.Bytes, p.part.CRC32, p.part.Stats = p.out.bytes, pending.CRC32, s.stats(p)
	s.done = append(s.done, ledger.WrittenPart{Part: p.part, Pending: pending})
	s.forget(at)
	return nil
}

// stats returns what the commit record says of the columns of a part that was closed.
func (s *parts) stats(p *openPart) string {
	var known []delta.ColumnStats
	for _, c := range p.writer.Stats() {
		if slices.Contains(s.skipped, c.Column) {
			known = append(known, delta.ColumnStats(c))
		}
	}
	return delta.FormatStats(known)
}

func (s *parts) forget(at *table.Partition) {
	delete(s.open, at)
	for i, other := range s.order {
		if other == at {
			s.order = append(s.order[:i], s.order[i+1:]...)
			return
		}
	}
}

// close ends the open parts.
func (s *parts) close() error {
	for len(s.order) > 0 {
		if err := s.closePart(s.order[0]); err != nil {
			return err
		}
	}
	return nil
}

// abort drops the open parts.
func (s *parts) abort() {
	for _, at := range s.order {
		s.open[at].out.Abort()
	}
}
