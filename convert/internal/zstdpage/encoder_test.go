package zstdpage

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// random makes what reports are made of.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1))} }

func (r random) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (r random) hex(n int) string    { return hex.EncodeToString(r.bytes(n)) }
func (r random) base64(n int) string { return base64.StdEncoding.EncodeToString(r.bytes(n)) }

func (r random) key() string {
	tenants := []string{"globex", "umbrella", "initech", "stark"}
	return fmt.Sprintf("tenant=%s/year=2024/month=%02d/day=%02d/part-%05d-%s.%s",
		tenants[r.IntN(4)], 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000), r.hex(16), []string{"csv", "json.gz"}[r.IntN(2)])
}

func (r random) message() string {
	id, host := r.hex(8), r.base64(56)
	if r.IntN(3) == 0 {
		return fmt.Sprintf("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %s; S3 Extended Request ID: %s; Proxy: null)", id, host)
	}
	return fmt.Sprintf("{'RequestId': '%s', 'HostId': '%s', 'LastModified': datetime.datetime(2023, %d, %d, tzinfo=tzlocal()), 'HTTPHeaders': {'x-amz-id-2': '%s', 'x-amz-request-id': '%s', 'server': 'AmazonS3'}}",
		id, host, 1+r.IntN(12), 1+r.IntN(28), host, id)
}

// contents are the strings of pages.
var contents = []struct {
	name string
	next func(r random) string
}{
	{"ids", func(r random) string { return r.hex(16) }},
	{"ids of all lengths", func(r random) string { return r.base64(r.IntN(60)) }},
	{"keys", random.key},
	{"messages", random.message},
	{"one value", func(random) string { return "Lambda function result returned TemporaryFailure" }},
	{"names in order", func() func(r random) string {
		n := 0
		return func(r random) string {
			n += 1 + r.IntN(5)
			return fmt.Sprintf("images/%d/IMG_%d.%s", n/20000, n, []string{"jpg", "jpeg"}[r.IntN(8)/7])
		}
	}()},
	{"two values", func(r random) string { return []string{"yes", "no"}[r.IntN(2)] }},
	{"nothing", func(random) string { return "" }},
	{"bytes", func(r random) string { return string(r.bytes(r.IntN(40))) }},
	{"one byte", func(random) string { return "x" }},
	{"one byte again and again", func(r random) string { return strings.Repeat("x", r.IntN(200)) }},
	{"as long as a block", func(r random) string { return strings.Repeat("a long one ", maxBlock/11+r.IntN(3)-1)[r.IntN(20):] }},
	{"longer than blocks", func(r random) string { return r.base64(3 * maxBlock / 4 * (1 + r.IntN(4))) }},
	{"some long, most short", func(r random) string {
		if r.IntN(2000) == 0 {
			return strings.Repeat(r.key(), 3000)
		}
		return r.key()
	}},
}

// page returns a page of n bytes at most, the last string cut off.
func (r random) page(n, levels int, next func(r random) string) []byte {
	page := binary.LittleEndian.AppendUint32(nil, uint32(levels))
	page = append(page, r.bytes(levels)...)
	for len(page) < n {
		s := next(r)
		page = binary.LittleEndian.AppendUint32(page, uint32(len(s)))
		page = append(page, s...)
	}
	return page[:n]
}

// ways are what an Encoder can do.
var ways = map[string]func(e *Encoder, dst, page []byte) []byte{
	"lengths": (*Encoder).Lengths,
	"similar": (*Encoder).Similar,
}

func newDecoder(t testing.TB) *zstd.Decoder {
	t.Helper()
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// check reports where a frame is not what a page should become.
func check(t testing.TB, d *zstd.Decoder, frame, page []byte) {
	t.Helper()
	got, err := d.DecodeAll(frame, nil)
	if err != nil || !bytes.Equal(got, page) {
		t.Fatalf("page of %d bytes: read %d others: %v", len(page), len(got), err)
	}
	blocks := len(blockTypes(t, frame, page))
	// The levels have a block, a string longer than what is left of one another.
	if most := 4 + 2*len(page)/maxBlock; blocks > most {
		t.Errorf("page of %d bytes: %d blocks, more than %d", len(page), blocks, most)
	}
	if limit := 9 + 3*blocks + len(page); len(frame) > limit {
		t.Errorf("page of %d bytes became %d, more than %d", len(page), len(frame), limit)
	}
}

// blockTypes returns the Block_Types of a frame of page. Decoders differ in how
// much they check of what it checks.
func blockTypes(t testing.TB, frame, page []byte) (types []byte) {
	t.Helper()
	const header = 9 // of the frame
	rest := frame[header:]
	for last := false; !last; {
		block := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
		last = block&lastBlock != 0
		kind, size := byte(block&6), block>>3
		if size > maxBlock || kind == compressedBlock && size >= len(page) {
			t.Fatalf("page of %d bytes: block of %d", len(page), size)
		}
		types = append(types, kind)
		rest = rest[3+size:]
	}
	if len(rest) > 0 {
		t.Fatalf("%d bytes are behind the last block", len(rest))
	}
	return types
}

func TestFrames(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 3, 4, 5, 11, 12, 13, 20, 1023, 1024, 1025, 16384, maxBlock - 1, maxBlock, maxBlock + 1, 2*maxBlock + 4, 9*maxBlock + 5000}
	for way, compress := range ways {
		for _, content := range contents {
			t.Run(way+"/"+content.name, func(t *testing.T) {
				t.Parallel()
				r, d := newRandom(1), newDecoder(t)
				var e Encoder
				for _, size := range sizes {
					for _, levels := range []int{0, 2, 300} {
						page := r.page(size, levels, content.next)
						frame := compress(&e, []byte("before"), page)
						rest, ok := bytes.CutPrefix(frame, []byte("before"))
						if !ok {
							t.Fatal("what was before is gone")
						}
						check(t, d, rest, page)
					}
				}
				page := r.page(2*maxBlock, 3*maxBlock, content.next) // nothing but levels
				check(t, d, compress(&e, nil, page), page)
			})
		}
	}
}

// TestOthers compresses what is not a page.
func TestOthers(t *testing.T) {
	t.Parallel()
	r, d := newRandom(2), newDecoder(t)
	var e Encoder
	for range 2000 {
		page := r.bytes(r.IntN(300))
		for i := range page {
			if r.IntN(3) > 0 {
				page[i] = 0 // lengths become possible
			}
		}
		if r.IntN(10) == 0 {
			page = bytes.Repeat(page, r.IntN(1000))
		}
		for _, compress := range ways {
			check(t, d, compress(&e, nil, page), page)
		}
	}
}

// TestSize holds what is gained, against a compressor that looks everywhere.
func TestSize(t *testing.T) {
	t.Parallel()
	full, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithAllLitEntropyCompression(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { full.Close() })
	for _, tt := range []struct {
		content, way string
		levels       int
		most         float64 // of what full needs
	}{
		{"ids", "lengths", 20, 0.935},
		{"ids", "lengths", 8000, 0.93},
		{"keys", "similar", 20, 0.98},
		{"messages", "similar", 20, 1.06},
		{"names in order", "similar", 20, 0.67},
		{"one value", "similar", 20, 0.95},
	} {
		t.Run(tt.content, func(t *testing.T) {
			t.Parallel()
			for _, content := range contents {
				if content.name != tt.content {
					continue
				}
				page := newRandom(3).page(1<<18, tt.levels, content.next)
				size := len(ways[tt.way](new(Encoder), nil, page))
				than := len(full.EncodeAll(page, nil))
				if share := float64(size) / float64(than); share > tt.most {
					t.Errorf("%d bytes, %.3f of %d, more than %.3f", size, share, than, tt.most)
				}
			}
		})
	}
}

// FuzzEncoder compresses what is a page or not.
func FuzzEncoder(f *testing.F) {
	for i, content := range contents {
		f.Add(newRandom(uint64(i)).page(3000, i, content.next))
	}
	f.Add(bytes.Repeat([]byte{1, 0, 0, 0, 'a'}, 1000))
	d := newDecoder(f)
	var e Encoder
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, page := range [][]byte{page, bytes.Repeat(page, 1+maxBlock/(1+len(page)))} {
			for _, compress := range ways {
				check(t, d, compress(&e, nil, page), page)
			}
		}
	})
}

func BenchmarkEncoder(b *testing.B) {
	for _, bb := range []struct{ content, way string }{{"ids", "lengths"}, {"keys", "similar"}, {"messages", "similar"}} {
		for _, content := range contents {
			if content.name != bb.content {
				continue
			}
			page := newRandom(4).page(1<<20, 20, content.next)
			b.Run(bb.content, func(b *testing.B) {
				b.SetBytes(int64(len(page)))
				b.ReportAllocs()
				var e Encoder
				var dst []byte
				for b.Loop() {
					dst = ways[bb.way](&e, dst[:0], page)
				}
				b.ReportMetric(float64(len(dst))/float64(len(page)), "size")
			})
		}
	}
}
