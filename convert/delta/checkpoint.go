package delta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// KeepRemoved is how long files that were removed stay, unless the user wants otherwise,
// for readers that began before: as long as others keep them by default (the property
// delta.deletedFileRetentionDuration).
const KeepRemoved = 7 * 24 * time.Hour

// maxCheckpoint is the most bytes that are read of a checkpoint, which has some 100 for
// each file.
const maxCheckpoint = 2 << 30

// createdBy begins what our checkpoints say of their writer.
const createdBy = "batchreport version "

// rowsAtOnce is how many rows of a checkpoint are in memory; a row group has some more.
const (
	rowsAtOnce  = 1000
	rowsInGroup = 100_000
)

// checkpoint writes the checkpoint of a state that is the end of the log.
func (l *Log) checkpoint(ctx context.Context, s *State) error {
	var b bytes.Buffer
	version, _, _ := strings.Cut(strings.TrimPrefix(engine(l.Program), engineName), " ")
	w := parquet.NewGenericWriter[checkpointRow](&b,
		parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(rowsInGroup), parquet.CreatedBy("batchreport", version, "delta"))
	var size, files int64
	var rows []checkpointRow
	flush := func() error {
		_, err := w.Write(rows)
		clear(rows)
		rows = rows[:0]
		return err
	}
	put := func(row checkpointRow) error {
		size++
		if rows = append(rows, row); len(rows) < rowsAtOnce {
			return nil
		}
		return flush()
	}
	errs := []error{
		put(checkpointRow{Protocol: &protocolRow{minReader, minWriter}}),
		put(checkpointRow{Metadata: s.meta.row()}),
	}
	for _, app := range s.Apps() {
		errs = append(errs, put(checkpointRow{Txn: &txnRow{AppID: app, Version: s.txns[app]}}))
	}
	old := l.now().Add(-KeepRemoved).UnixMilli()
	err := errors.Join(append(errs, l.scan(ctx, s, func(a *action) error {
		switch {
		case a.Add != nil:
			files++
			// "Checkpoints": what is in one changes no data.
			return put(checkpointRow{Add: a.Add.row()})
		case a.Remove.DeletionTimestamp >= old:
			return put(checkpointRow{Remove: &removeRow{a.Remove.Path, a.Remove.DeletionTimestamp, false}})
		}
		return nil
	}))...)
	if err = errors.Join(err, flush(), w.Close()); err != nil {
		return err
	}
	if err := l.Store.Put(ctx, l.checkpointName(s.Version), b.Bytes()); err != nil {
		return err
	}
	s.checkpoint, s.size = s.Version, size
	last, err := json.Marshal(lastCheckpoint{s.Version, size, int64(b.Len()), files})
	if err != nil {
		return err
	}
	return l.Store.Put(ctx, l.name("_last_checkpoint"), last)
}

// lastCheckpoint tells readers where to begin ("Last Checkpoint File Schema").
type lastCheckpoint struct {
	Version int64 `json:"version"`
	Size    int64 `json:"size"`
	Bytes   int64 `json:"sizeInBytes"`
	Files   int64 `json:"numOfAddFiles"`
}

func (m *metadata) row() *metadataRow {
	return &metadataRow{
		ID: m.ID, Format: &formatRow{m.Format.Provider, m.Format.Options}, SchemaString: m.SchemaString,
		PartitionColumns: m.PartitionColumns, CreatedTime: m.CreatedTime, Configuration: m.Configuration,
	}
}

func (r *metadataRow) action() *metadata {
	m := &metadata{ID: r.ID, SchemaString: r.SchemaString, PartitionColumns: r.PartitionColumns, Configuration: r.Configuration, CreatedTime: r.CreatedTime}
	if r.Format != nil {
		m.Format = format{r.Format.Provider, r.Format.Options}
	}
	return m
}

func (a *add) row() *addRow {
	r := &addRow{Path: a.Path, PartitionValues: a.PartitionValues, Size: a.Size, ModificationTime: a.ModificationTime}
	if a.Stats != "" {
		r.Stats = &a.Stats
	}
	return r
}

func (r *addRow) action() *add {
	a := &add{Path: r.Path, PartitionValues: r.PartitionValues, Size: r.Size, ModificationTime: r.ModificationTime, DataChange: r.DataChange}
	if r.Stats != nil {
		a.Stats = *r.Stats
	}
	return a
}

// openCheckpoint reads the checkpoint of a version into memory.
func (l *Log) openCheckpoint(ctx context.Context, version int64) (*parquet.File, error) {
	name := l.checkpointName(version)
	data, _, err := l.Store.Get(ctx, name, maxCheckpoint)
	if err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, l.damaged(name, err)
	}
	if !strings.HasPrefix(f.Metadata().CreatedBy, createdBy) {
		return nil, l.foreign(name, "was written by another program")
	}
	return f, nil
}

// readCheckpoint makes a state that of a checkpoint.
func (l *Log) readCheckpoint(ctx context.Context, s *State, version int64) error {
	f, err := l.openCheckpoint(ctx, version)
	if err != nil {
		return err
	}
	name := l.checkpointName(version)
	s.Version, s.checkpoint, s.size = version, version, f.NumRows()
	err = eachRow(f, func(r *headRow) error {
		switch {
		case r.Protocol != nil:
			return l.checkProtocol(name, &protocol{MinReader: r.Protocol.MinReader, MinWriter: r.Protocol.MinWriter})
		case r.Metadata != nil:
			return l.apply(s, name, &action{Metadata: r.Metadata.action()})
		case r.Txn != nil:
			s.txns[r.Txn.AppID] = r.Txn.Version
		}
		return nil
	})
	if err == nil && s.meta == nil {
		err = errors.New("it has no schema")
	}
	if err != nil {
		return l.damaged(name, err)
	}
	return nil
}

// eachRow reads the rows of a checkpoint, of which T has the columns that are wanted.
func eachRow[T any](f *parquet.File, take func(*T) error) error {
	r := parquet.NewGenericReader[T](f)
	defer func() { _ = r.Close() }() // the file is in memory
	rows := make([]T, rowsAtOnce)
	for {
		clear(rows)
		n, err := r.Read(rows)
		for i := range rows[:n] {
			if err := take(&rows[i]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
