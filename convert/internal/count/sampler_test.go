package count

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"batchreport/convert/groups"
)

// TestSamplerBytes: where there is no room for all rows the sample is the same, in whatever
// order and parts they come.
func TestSamplerBytes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]*hashedRow, 3000)
	for i := range rows {
		key := strings.Repeat("k", r.IntN(20))
		rows[i] = &hashedRow{hash: mixed(uint64(i)), row: groups.FailedRow{Sample: groups.Sample{File: "f", Row: int64(i), Key: &key}}, bytes: 500 + r.IntN(5000)}
	}
	var want []groups.FailedRow
	for try := range 5 {
		whole := sampler{most: 2000}
		for begin := 0; begin < len(rows); {
			end := min(begin+1+r.IntN(1000), len(rows))
			part := sampler{most: 2000}
			for _, row := range rows[begin:end] {
				if part.has(row.hash) {
					part.insert(row)
				}
			}
			whole.merge(&part)
			begin = end
		}
		bytes := 0
		for _, row := range whole.rows {
			bytes += row.bytes
		}
		if bytes != whole.bytes || bytes > maxSampleBytes || bytes < maxSampleBytes-2*5500 {
			t.Errorf("%d bytes, counted as %d; want some %d", bytes, whole.bytes, maxSampleBytes)
		}
		got := whole.finish()
		if try == 0 {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("try %d: another sample", try)
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
}
