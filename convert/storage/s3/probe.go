package s3

import (
	"context"
	"crypto/rand"
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
	object := name + ".probe-" + rand.Text()
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

// tryConditions writes a new object with conditions that hold, and do not.
func (s *Store) tryConditions(ctx context.Context, name string) error {
	bucket, key, err := object(name)
	if err != nil {
		return s.failed(ctx, "write", name, err)
	}
	tests := []struct {
		header string
		tag    string
		holds  bool
	}{
		{"If-None-Match", "", true},
		{"If-None-Match", "", false},
		{"If-Match", `"00000000000000000000000000000000"`, false},
	}
	for _, tt := range tests {
		_, lost, err := s.putIf(ctx, bucket, key, []byte("probe\n"), tt.tag)
		switch {
		case err != nil && boil(err).code == "NotImplemented", err == nil && !tt.holds:
			return &storage.Error{
				Op: "write", Name: name,
				Hint: "use another store, or --no-lock if only one run at a time writes there",
				Err:  fmt.Errorf("the store does not honour conditional writes (%s)", tt.header),
			}
		case err != nil && !(refused(err) && (lost || !tt.holds)):
			return s.failed(ctx, "write", name, err)
		}
	}
	return nil
}
