package exit

import (
	"errors"
	"fmt"
	"testing"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

func TestOf(t *testing.T) {
	t.Parallel()
	held, unknown, other := &ledger.HeldError{Job: "a"}, fmt.Errorf("write a: %w", storage.ErrUnknown), errors.New("other")
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"done", nil, Done},
		{"rejects", fmt.Errorf("x: %w", ErrRejects), Rejects},
		{"threshold", ErrThreshold, Threshold},
		{"usage", errors.Join(&fault.Usage{Err: other}, unknown), Usage},
		{"an address of a plan", fmt.Errorf("x: %w", &storage.AddressError{Role: "DEST"}), Usage},
		{"other", other, Failed},
		{"held", held, Held},
		{"all held", errors.Join(held, held), Held},
		{"held and another", errors.Join(held, other), Failed},
		{"unknown", unknown, Unknown},
		{"unknown and others", errors.Join(other, held, unknown), Unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Of(test.err); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}
