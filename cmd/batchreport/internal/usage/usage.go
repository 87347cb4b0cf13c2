// Package usage says what the process has used: time, and memory where the system tells.
package usage

import "time"

// Usage holds the members of a result about what a call has used.
type Usage struct {
	ElapsedSeconds  float64 `json:"elapsed_seconds"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes,omitempty"` // left out where the system does not say
}

// Since returns what this process has used, in a call that began then.
func Since(begin time.Time) Usage {
	return Usage{time.Since(begin).Seconds(), peakMemory()}
}
