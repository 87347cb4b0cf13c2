package reading

import (
	"slices"
	"strings"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// A block grows while it is not known where its first record ends. Whatever turns out to
// be in it, the blocks that go on are no larger than others, unless they are one record.
func TestReaderGrownBlocks(t *testing.T) {
	t.Parallel()
	const limit = 4 * BlockSize
	rows := slices.Repeat([]string{"b,key01,,failed,500,A,\n"}, 2*limit/23)
	openRow, open := "b,k,,failed,500,A,5\" disk\n", "b,k,,failed,500,A,\"open\n"
	long := "b,k,,failed,500,A,\"" + strings.Repeat("text\n", BlockSize/3) + "\"\n"
	tests := []struct {
		name     string
		records  []string // as they are to be read
		rejected int
	}{
		{"a quote that is never closed", slices.Concat([]string{"b,k,,failed,500,A,\"open\n"}, rows), 1},
		{"a quote in a key that is never closed", slices.Concat([]string{"b,\"k,,failed,500,A,m\n"}, rows), 1},
		{"lone quotes", slices.Concat([]string{openRow}, rows, []string{openRow}, rows, []string{open}, rows), 1},
		{"no rows behind a quote", slices.Concat([]string{"\"x\n"}, slices.Repeat([]string{"text\n"}, 2*limit/5)), 1},
		{"a long record first", slices.Concat([]string{long}, rows), 0},
		{"long records between", slices.Concat(rows, []string{long, long}, rows, []string{open}, rows, []string{long}), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newReader(storagetest.Memory{Objects: map[string]string{"f": strings.Join(tt.records, "")}}, limit, "f")
			out := make(chan *Block)
			done := make(chan error, 1)
			go func() { done <- r.Run(t.Context(), out) }()
			var got []string
			offset, rejected := int64(0), 0
			for b := range out {
				if b.Offset != offset {
					t.Errorf("a block begins at %d; want %d", b.Offset, offset)
				}
				records := []string{string(b.Data)}
				if b.Reject != "" {
					rejected++
				} else {
					records = split(b.Data)
				}
				if len(records) > 1 && len(b.Data) > BlockSize || len(b.Data) <= BlockSize && cap(b.Data) > BlockSize {
					t.Errorf("a block of %d records has %d bytes, and memory for %d; want no more than %d", len(records), len(b.Data), cap(b.Data), BlockSize)
				}
				got = append(got, records...)
				offset += int64(len(b.Data))
				b.Release()
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.records) {
				t.Errorf("%d records; want the %d of the file", len(got), len(tt.records))
			}
			if rejected != tt.rejected {
				t.Errorf("%d rejected; want %d", rejected, tt.rejected)
			}
		})
	}
}

// split returns the records of a block.
func split(data []byte) (records []string) {
	for len(data) > 0 {
		n := wholeRecords(data, 0)
		records = append(records, string(data[:n]))
		data = data[n:]
	}
	return records
}
