package parquetfile

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/zstdpage"
)

// frameParts are what frames of zstdpage can be made of, as RFC 8878 has them.
func frameParts() []string {
	parts := []string{"raw block", "raw literals", "literals of one byte", "coded literals", "no sequences", "few sequences", "128 sequences"}
	for _, table := range []string{"literals", "offsets", "matches"} {
		parts = append(parts, "one code of "+table, "codes of "+table)
	}
	return parts
}

// partsOf returns what a frame of zstdpage is made of.
func partsOf(t *testing.T, frame []byte) (parts []string) {
	t.Helper()
	const header = 9 // of a frame with its size in four bytes
	for rest, last := frame[header:], false; !last; {
		block := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
		last = block&1 != 0
		content := rest[3 : 3+block>>3]
		rest = rest[3+block>>3:]
		if block>>1&3 == 0 {
			parts = append(parts, "raw block")
			continue
		}
		sizes := uint64(content[0]) | uint64(content[1])<<8 | uint64(content[2])<<16
		var sequences []byte
		switch content[0] & 3 {
		case 0:
			parts = append(parts, "raw literals")
			sequences = content[3+sizes>>4:]
		case 1:
			parts = append(parts, "literals of one byte")
			sequences = content[4:]
		case 2:
			parts = append(parts, "coded literals")
			sizes |= uint64(binary.LittleEndian.Uint16(content[3:])) << 24
			sequences = content[5+sizes>>22:]
		default:
			t.Fatalf("literals section %x", content[0])
		}
		var modes byte // of the tables
		switch n := sequences[0]; {
		case n == 0:
			parts = append(parts, "no sequences")
			continue
		case n < 128:
			parts = append(parts, "few sequences")
			modes = sequences[1]
		default:
			parts = append(parts, "128 sequences")
			modes = sequences[2]
		}
		for i, table := range []string{"literals", "offsets", "matches"} {
			parts = append(parts, map[byte]string{1: "one code of ", 2: "codes of "}[modes>>(6-2*i)&3]+table)
		}
	}
	return parts
}

// frameTables returns tables that are large enough for zstdpage to make of them all that
// it can: by name, the keys of their rows.
func frameTables() map[string][]string {
	r := rand.New(rand.NewPCG(8, 8))
	id := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return hex.EncodeToString(b)
	}
	repeat := func(n int, next func(i int) string) (texts []string) {
		for i := range n {
			texts = append(texts, next(i))
		}
		return texts
	}
	message := func(int) string {
		request := id(8)
		return fmt.Sprintf("{'RequestId': '%s', 'HostId': '%s', 'RetryAttempts': %d, 'HTTPHeaders': {'x-amz-request-id': '%s'}}", request, id(28), r.IntN(13), request)
	}
	return map[string][]string{
		"ids":      repeat(9000, func(int) string { return id(16) }),
		"lengths":  repeat(9000, func(int) string { return id(1 + r.IntN(20)) }),
		"keys":     repeat(5000, func(i int) string { return fmt.Sprintf("year=2024/month=%02d/part-%05d-%s.csv", i%12, i, id(16)) }),
		"messages": repeat(2500, message),
		"long":     append(repeat(3, func(int) string { return strings.Repeat("x", 300_000) }), repeat(2000, message)...),
		"one":      repeat(20_000, func(int) string { return "Lambda function result returned TemporaryFailure" }),
		"numbers":  repeat(20_000, func(i int) string { return fmt.Sprintf("%08d", i) }),
	}
}

// TestEdgeFrames writes tables whose pages have all that zstdpage makes, for parquet-go and
// other readers to read.
func TestEdgeFrames(t *testing.T) {
	t.Parallel()
	s := batchtest.EveryType()
	f, err := New(s, Options{Compression: encode.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var e zstdpage.Encoder
	for name, keys := range frameTables() {
		var rows []batchtest.Row
		for i, key := range keys {
			row := make(batchtest.Row, s.NumFields())
			row[s.FieldIndices("key")[0]], row[s.FieldIndices("report_row")[0]] = key, int64(i)
			rows = append(rows, row)
		}
		data := batchtest.EncodePart(t, batchtest.CheckedMemory(t, batch.NewRecycler()), f, s, [][][]batchtest.Row{{rows}})
		batchtest.CompareRows(t, readParquet(t, s, data), rows)
		writeEdges(t, s, "frames-"+name, data, rows)

		pages := openParquet(t, data).OffsetIndexes()[s.FieldIndices("key")[0]].PageLocations
		for _, p := range pages {
			page := data[p.Offset : p.Offset+int64(p.CompressedPageSize)]
			frame := page[bytes.Index(page, []byte("\x28\xb5\x2f\xfd")):]
			content, err := parquet.Zstd.Decode(nil, frame)
			if err != nil {
				t.Fatal(err)
			}
			way := ""
			switch {
			case bytes.Equal(frame, e.Similar(nil, content)):
				way = "similar: "
			case bytes.Equal(frame, e.Lengths(nil, content)):
				way = "lengths: "
			default:
				continue
			}
			for _, part := range partsOf(t, frame) {
				seen[part]++
				seen[way]++
			}
		}
	}
	for _, part := range append(frameParts(), "similar: ", "lengths: ") {
		if seen[part] == 0 {
			t.Errorf("no page has %s", part)
		}
	}
	for part := range seen {
		if !slices.Contains(append(frameParts(), "similar: ", "lengths: "), part) {
			t.Errorf("%s: what is that?", part)
		}
	}
	t.Log(seen)
}
