package parquetfile

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/encode"
	"batchreport/convert/internal/zstdpage"
)

// TestChooseCompressor checks which compressor pages get, by what it makes of them.
func TestChooseCompressor(t *testing.T) {
	t.Parallel()
	r := batchtest.Random{Rand: rand.New(rand.NewPCG(1, 2))}
	raw := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	vocabulary := make([]string, 2000)
	for i := range vocabulary {
		vocabulary[i] = hex.EncodeToString(raw(1 + r.IntN(6)))
	}
	words := func(n int) string {
		var s []string
		for range n {
			s = append(s, vocabulary[r.IntN(len(vocabulary))])
		}
		return strings.Join(s, " ")
	}
	ids := make([]string, 3000)
	for i := range ids {
		ids[i] = hex.EncodeToString(raw(16))
	}
	message := func() string {
		return fmt.Sprintf("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %X; Proxy: null)", raw(8))
	}
	rows := 0
	full, err := encode.NewCompressor(encode.Zstd, 1)
	if err != nil {
		t.Fatal(err)
	}
	lengths := func(dst, src []byte) ([]byte, error) { return new(zstdpage.Encoder).Lengths(dst, src), nil }
	similar := func(dst, src []byte) ([]byte, error) { return new(zstdpage.Encoder).Similar(dst, src), nil }
	c := newCompressorChooser(full)
	tests := []struct {
		name string
		next func() string
		want encode.Compressor
	}{
		{"base64", func() string { return base64.StdEncoding.EncodeToString(raw(57)) }, lengths},
		{"hex", func() string { return hex.EncodeToString(raw(16)) }, lengths},
		{"bytes", func() string { return string(raw(30)) }, lengths},
		{"keys", func() string {
			return fmt.Sprintf("reports/year=2024/month=%02d/day=%02d/part-%05d-%x.csv", r.IntN(12), r.IntN(28), r.IntN(1000), raw(16))
		}, similar},
		{"messages", message, similar},
		{"one value", func() string { return "Lambda function result returned TemporaryFailure" }, similar},
		{"words", func() string { return words(5 + r.IntN(30)) }, full},
		{"ids that come again", func() string { return ids[r.IntN(len(ids))] }, similar},
		{"ids, then messages", func() string {
			if rows++; rows < 400 {
				return ids[rows]
			}
			return message()
		}, similar},
		{"one long id, then messages", func() string {
			if rows++; rows == 1 {
				return hex.EncodeToString(raw(20000))
			}
			return message()
		}, similar},
	}
	for _, tt := range tests {
		rows = 0
		page := append(binary.LittleEndian.AppendUint32(nil, 5000), raw(5000)...)
		for len(page) < 1<<20 {
			s := tt.next()
			page = binary.LittleEndian.AppendUint32(page, uint32(len(s)))
			page = append(page, s...)
		}
		chosen := c.choose(page)
		if chosen == nil {
			t.Fatalf("%s: none", tt.name)
		}
		got, err := chosen(nil, page)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := tt.want(nil, page); !bytes.Equal(got, want) {
			t.Errorf("%s: another compressor", tt.name)
		}
		for _, n := range []int{0, 3, 4, 5000, 5004 + smallSample - 1} {
			if c.choose(page[:n]) != nil {
				t.Errorf("%s: %d bytes are judged", tt.name, n)
			}
		}
		if c.choose(page[:5004+smallSample]) == nil {
			t.Errorf("%s: not judged", tt.name)
		}
	}
	if page := bytes.Repeat([]byte{0xff}, largeSample); c.choose(page) != nil {
		t.Error("a page without a string is judged")
	}
}

// TestWindow checks that what an encoder keeps in memory is for pages, which are 1 MiB: the
// windows of these levels are 8 MiB, of which it would keep two.
func TestWindow(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "key", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	var rows []batchtest.Row
	for i := range 40_000 {
		rows = append(rows, batchtest.Row{fmt.Sprintf("photos/%d/%x", i%100, md5.Sum([]byte{byte(i), byte(i >> 8)}))})
	}
	rec := batchtest.NewBatch(t, memory.DefaultAllocator, s, rows)
	defer rec.Release()
	for level, most := range map[int]int64{3: 7, 6: 10} { // MiB, with tables and a row group
		f, err := New(s, Options{Compression: encode.Zstd, Level: level})
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		e := f.NewEncoder()
		if _, err := e.Encode(nil, []arrow.Record{rec}); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(e)
		if kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20; kept > most {
			t.Errorf("level %d: an encoder keeps %d MiB", level, kept)
		}
	}
}
