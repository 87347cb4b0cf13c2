package main

import "time"

// usage holds the members of a result about what a call has used.
type usage struct {
	ElapsedSeconds  float64 `json:"elapsed_seconds"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes,omitempty"` // left out where the system does not say
}

// newUsage returns what this process has used, in a call that began then.
func newUsage(begin time.Time) usage {
	return usage{time.Since(begin).Seconds(), peakMemory()}
}
