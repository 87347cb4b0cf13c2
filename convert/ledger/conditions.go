package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"batchreport/convert/storage"
)

// tryConditions makes sure, once for a destination, that it honours the conditions
// of Swap, on which the commit relies: some servers take them and ignore them.
func (r *Run) tryConditions(ctx context.Context) error {
	if r.destination.honoursConditions {
		return nil
	}
	marker, err := r.writeMarker(ctx)
	if err == nil {
		err = r.files.tryConditions(ctx, marker)
	}
	r.destination.honoursConditions = err == nil
	return err
}

// tryConditions tries to overwrite the run's marker, which is there and may be
// overwritten, under conditions that do not hold.
func (f *runFiles) tryConditions(ctx context.Context, marker []byte) error {
	// Another run may sweep the marker away meanwhile, but hardly each time.
	const tries = 3
	for _, condition := range []struct{ header, tag string }{
		{"If-None-Match", ""},
		{"If-Match", `"00000000000000000000000000000000"`},
	} {
		for n := 1; ; n++ {
			// Other bytes than are there, which would count as a write of ours.
			_, err := f.Swap(ctx, f.marker(), append(bytes.Clone(marker), bytes.Repeat([]byte{'\n'}, n)...), condition.tag)
			if errors.Is(err, storage.ErrConflict) {
				break
			}
			if err != nil {
				return err
			}
			if n == tries {
				return &storage.Error{
					Op: "write", Name: f.register(),
					Hint: "use another store, or --no-lock if only one run at a time writes there",
					Err:  fmt.Errorf("the store does not honour conditional writes (%s)", condition.header),
				}
			}
		}
	}
	return nil
}
