//go:build !linux

package main

import "os"

// maxRSS is known on Linux only: other systems have other units, or none.
func maxRSS(*os.ProcessState) int64 { return 0 }
