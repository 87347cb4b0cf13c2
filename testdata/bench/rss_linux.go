package main

import (
	"os"
	"syscall"
)

// maxRSS is the most memory that a process had, in bytes. The kernel counts from
// before the program was loaded, so it is never less than this process has,
// which is little.
func maxRSS(state *os.ProcessState) int64 {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
