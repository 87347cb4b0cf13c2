package convert

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestChooseCompressor checks which compressor pages get, by what it makes of them.
func TestChooseCompressor(t *testing.T) {
	t.Parallel()
	r := random{rand.New(rand.NewPCG(1, 2))}
	raw := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	words := strings.Fields(strings.Repeat("a the report object version failed denied not found retry lambda bucket copy of in to 200 404 ", 3))
	full, err := newCompressor(Zstd, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := newStringCompressors(full)
	tests := []struct {
		name string
		next func() string
		want compressor
	}{
		{"base64", func() string { return base64.StdEncoding.EncodeToString(raw(57)) }, c.lengths},
		{"hex", func() string { return hex.EncodeToString(raw(16)) }, c.lengths},
		{"bytes", func() string { return string(raw(30)) }, c.lengths},
		{"keys", func() string {
			return fmt.Sprintf("reports/year=2024/month=%02d/day=%02d/part-%05d-%x.csv", r.IntN(12), r.IntN(28), r.IntN(1000), raw(16))
		}, c.similar},
		{"messages", func() string {
			return fmt.Sprintf("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %X; Proxy: null)", raw(8))
		}, c.similar},
		{"one value", func() string { return "Lambda function result returned TemporaryFailure" }, full},
		{"words", func() string {
			var s []string
			for range 5 + r.IntN(30) {
				s = append(s, words[r.IntN(len(words))])
			}
			return strings.Join(s, " ")
		}, full},
	}
	for _, tt := range tests {
		// Levels say nothing, though there are as many bytes of them as of a sample.
		page := append(binary.LittleEndian.AppendUint32(nil, smallSample-4), raw(smallSample-4)...)
		for len(page) < 1<<20 {
			s := tt.next()
			page = binary.LittleEndian.AppendUint32(page, uint32(len(s)))
			page = append(page, s...)
		}
		for _, n := range []int{2 * smallSample, largeSample, len(page)} {
			chosen := c.choose(page[:n])
			if chosen == nil {
				t.Fatalf("%s, %d bytes: none", tt.name, n)
			}
			got, err := chosen(nil, page)
			if err != nil {
				t.Fatal(err)
			}
			if want, _ := tt.want(nil, page); !bytes.Equal(got, want) {
				t.Errorf("%s, %d bytes: another compressor", tt.name, n)
			}
		}
		for _, n := range []int{0, 3, smallSample, 2*smallSample - 1} {
			if c.choose(page[:n]) != nil {
				t.Errorf("%s: %d bytes are judged", tt.name, n)
			}
		}
	}
	if page := bytes.Repeat([]byte{0xff}, largeSample); c.choose(page) != nil {
		t.Error("a page without a string is judged")
	}
	if (stringCompressors{}).choose(make([]byte, largeSample)) != nil {
		t.Error("there is one where there is none")
	}
}
