package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"batchreport/convert"
)

// TestSpillHint checks that, where the disk is too full to sort, the hint names the flag that helps.
func TestSpillHint(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("task 1: %w", &convert.SpillError{Dir: "/tmp", Err: errors.New("no space left on device")})
	if got := hint(err); !strings.Contains(got, "--temp-dir") {
		t.Errorf("hint is %q", got)
	}
}
