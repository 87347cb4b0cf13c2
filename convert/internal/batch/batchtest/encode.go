package batchtest

import (
	"bytes"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/encode"
)

// EncodePart encodes each group of tables as a row group, by one encoder, and
// returns the part of all of them. Each table becomes a batch.
func EncodePart(t testing.TB, mem memory.Allocator, f encode.Format, s *arrow.Schema, groups [][][]Row) []byte {
	t.Helper()
	var file bytes.Buffer
	part, err := f.NewPart(&file)
	if err != nil {
		t.Fatal(err)
	}
	enc := f.NewEncoder()
	var used []byte // of the row group before: nothing may refer to it any more
	for _, tables := range groups {
		var batches []arrow.Record
		for _, rows := range tables {
			rec := NewBatch(t, mem, s, rows)
			defer rec.Release()
			batches = append(batches, rec)
		}
		g, err := enc.Encode(used, batches)
		if err != nil {
			t.Fatal(err)
		}
		if want := len(slices.Concat(tables...)); g.Rows != int64(want) {
			t.Fatalf("row group has %d rows, want %d", g.Rows, want)
		}
		if err := part.Append(g); err != nil {
			t.Fatal(err)
		}
		used = g.Data
	}
	if err := part.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// BenchmarkEncode measures what one worker does: it encodes each group of batches,
// whose values have size bytes in all, as a row group.
func BenchmarkEncode(b *testing.B, f encode.Format, size int64, groups [][]arrow.Record) {
	enc := f.NewEncoder()
	var out int
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		out = 0
		for _, batches := range groups {
			g, err := enc.Encode(nil, batches)
			if err != nil {
				b.Fatal(err)
			}
			out += len(g.Data)
		}
	}
	b.ReportMetric(float64(out), "output-bytes")
}
