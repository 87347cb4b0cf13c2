//go:build !unix || race

package main

// runMeasured is for TestHostile, which is not here.
func runMeasured() {}
