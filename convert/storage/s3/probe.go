package s3

import (
	"context"
	"fmt"
	"time"

	"batchreport/convert/storage"
)

// probe makes sure that a bucket's store honours the conditions of writes, with
// an object beside name. AWS is believed; of others some take the headers and
// ignore them.
func (s *Store) probe(ctx context.Context, bucket, name string) error {
	if !custom(s.client.Options().BaseEndpoint) {
		return nil
	}
	s.probing.Lock()
	defer s.probing.Unlock()
	if s.probed[bucket] {
		return nil
	}
	// The same name each time, so that the next run removes what a killed one left.
	object := name + ".probe"
	err := s.tryConditions(ctx, object)
	// With a cancelled context too, like Discard.
	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if gone := s.Delete(cleanup, object); err == nil {
		err = gone
	}
	s.probed[bucket] = err == nil
	return err
}

// tryConditions writes an object with conditions that do not hold.
func (s *Store) tryConditions(ctx context.Context, name string) error {
	bucket, key, err := object(name)
	if err != nil {
		return s.failed(ctx, "write", name, err)
	}
	// The first of these makes the object, if it is not there. Others who probe at
	// the same time may remove it again, but hardly three times.
	const again = 3
	tests := []struct {
		header string
		tag    string
		tries  int
	}{
		{"If-None-Match", "", 1 + again},
		{"If-Match", `"00000000000000000000000000000000"`, 1},
	}
	for _, tt := range tests {
		honoured := false
		for n := 0; n < tt.tries && !honoured; n++ {
			_, _, err := s.putIf(ctx, bucket, key, []byte("probe\n"), tt.tag)
			switch {
			case err == nil:
			case refused(err):
				honoured = true
			case boil(err).code == "NotImplemented":
				n = tt.tries
			default:
				return s.failed(ctx, "write", name, err)
			}
		}
		if !honoured {
			return &storage.Error{
				Op: "write", Name: name,
				Hint: "use another store, or --no-lock if only one run at a time writes there",
				Err:  fmt.Errorf("the store does not honour conditional writes (%s)", tt.header),
			}
		}
	}
	return nil
}
