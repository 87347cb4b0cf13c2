//go:build !unix || race

package main

// runMeasured is a program of TestHostile, which is not built here.
func runMeasured() {}
