package main

import (
	"regexp"
	"testing"
)

// TestExitCodesHelp checks that what schedulers are told has a line for every exit code.
func TestExitCodesHelp(t *testing.T) {
	t.Parallel()
	for _, m := range regexp.MustCompile(`(?m)^ +(\d+)  `).FindAllStringSubmatch(exitCodes, -1) {
		if !regexp.MustCompile(`(?m)^ +` + m[1] + `  +(go on|retry|do not retry|look)  `).MatchString(exitCodesHelp) {
			t.Errorf("nothing is said of exit code %s", m[1])
		}
	}
}
