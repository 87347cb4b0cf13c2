package main

import (
	"cmp"
	"math"
	"slices"
)

// Trino's parquet.max-merge-distance and parquet.max-buffer-size, as they are by default.
const (
	maxGap     = 1 << 20 // ranges with less than this between them become one request
	maxRequest = 8 << 20 // unless it would be larger than this
)

// cost is what was fetched.
type cost struct{ bytes, requests int64 }

// byteRange is a part of a file.
type byteRange struct{ start, length int64 }

func (r byteRange) end() int64 { return r.start + r.length }

func (c *cost) add(o cost) {
	c.bytes += o.bytes
	c.requests += o.requests
}

// read makes a request.
func (c *cost) read(bytes int64) { c.add(cost{bytes, 1}) }

// readMerged makes the requests for these ranges of a file: those larger than a request
// in several, of the others those together that are close to each other.
func (c *cost) readMerged(ranges []byteRange) {
	ranges = slices.DeleteFunc(slices.Clone(ranges), func(r byteRange) bool {
		if r.length > maxRequest {
			c.add(cost{r.length, (r.length + maxRequest - 1) / maxRequest})
		}
		return r.length > maxRequest || r.length == 0
	})
	slices.SortFunc(ranges, func(a, b byteRange) int { return cmp.Compare(a.start, b.start) })
	for len(ranges) > 0 {
		merged, n := ranges[0], 1
		for ; n < len(ranges); n++ {
			next := ranges[n]
			length := max(merged.end(), next.end()) - merged.start
			if next.start-merged.end() > maxGap || length > maxRequest {
				break
			}
			merged.length = length
		}
		c.read(merged.length)
		ranges = ranges[n:]
	}
}

// dollars returns what Athena bills for so many bytes at a price for 2^40 of them: it
// rounds up to megabytes, and to 10 of them at least.
func dollars(bytes int64, price float64) float64 {
	const megabyte = 1 << 20
	billed := max(10, math.Ceil(float64(bytes)/megabyte))
	return billed * megabyte / (1 << 40) * price
}
