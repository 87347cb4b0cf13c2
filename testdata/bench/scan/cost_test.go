package main

import (
	"math"
	"testing"
)

func TestReadMerged(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	tests := []struct {
		name   string
		ranges []byteRange
		want   cost
	}{
		{"nothing", nil, cost{}},
		{"an empty range", []byteRange{{5, 0}}, cost{}},
		{"one", []byteRange{{5, 7}}, cost{7, 1}},
		{"neighbours", []byteRange{{5, 7}, {12, 1}}, cost{8, 1}},
		{"in another order, one within the other", []byteRange{{12, 10}, {5, 7}, {13, 2}}, cost{17, 1}},
		{"a gap that is read", []byteRange{{0, 10}, {10 + mib, 10}}, cost{mib + 20, 1}},
		{"a gap that is not", []byteRange{{0, 10}, {11 + mib, 10}}, cost{20, 2}},
		{"as large as a request", []byteRange{{0, 4 * mib}, {4 * mib, 4 * mib}}, cost{8 * mib, 1}},
		{"larger than a request", []byteRange{{0, 4 * mib}, {4 * mib, 4*mib + 1}}, cost{8*mib + 1, 2}},
		{"a large range", []byteRange{{0, 10}, {10, 20*mib + 1}, {30 * mib, 5}}, cost{20*mib + 16, 5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got cost
			if got.readMerged(tt.ranges); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestScaled(t *testing.T) {
	t.Parallel()
	s := scan{all: cost{100, 10}, once: cost{40, 2}}
	if got, want := s.scaled(10), (cost{640, 82}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestDollars(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for _, tt := range []struct {
		bytes int64
		want  float64 // in megabytes
	}{{0, 10}, {1, 10}, {10 * mib, 10}, {10*mib + 1, 11}, {mib * mib, mib}} {
		if got, want := dollars(tt.bytes, 5), tt.want/mib*5; math.Abs(got-want) > 1e-12 {
			t.Errorf("%d bytes cost %g, want %g", tt.bytes, got, want)
		}
	}
}
