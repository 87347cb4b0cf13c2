package fault

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// TestSpillHint checks that, where the disk is too full to sort, the hint names the flag that helps.
func TestSpillHint(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("task 1: %w", &convert.SpillError{Dir: "/tmp", Err: errors.New("no space left on device")})
	if got := Hint(err); !strings.Contains(got, "--temp-dir") {
		t.Errorf("hint is %q", got)
	}
}

// TestHint checks which of several hints goes before which.
func TestHint(t *testing.T) {
	t.Parallel()
	other, store := errors.New("other"), &storage.Error{Op: "read", Name: "x", Err: storage.ErrUnknown, Hint: "of the store"}
	row := &ledger.RowError{Object: "a.csv", Row: 3, Reason: "3 columns"}
	for _, test := range []struct {
		name string
		err  error
		want string // how it begins
	}{
		{"none is known", other, ""},
		{"of a command's own error, before all else", &Hinted{Err: store, Hint: "own"}, "own"},
		{"of a command line", &Usage{Command: "convert", Err: other, Hint: "its own"}, "its own"},
		{"of the command", &Usage{Command: "convert", Err: other}, "batchreport convert --help"},
		{"of no command", &Usage{Err: other}, "batchreport help lists"},
		{"a row", row, "--max-rejects N keeps"},
		{"a row that has no place", &UnkeptRow{Err: row}, "--max-rejects N goes on"},
		{"the first row has another number of columns", &ledger.RowError{Row: 1, Reason: "3 columns instead of 7"}, "a report's CSV"},
		{"an outcome that is unknown, before the store", store, "run the same command again"},
		{"a store", &storage.Error{Op: "read", Name: "x", Err: other, Hint: "of the store"}, "of the store"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Hint(test.err); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("hint is %q, want %q", got, test.want)
			}
		})
	}
}
