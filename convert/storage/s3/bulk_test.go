package s3

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// Many objects are deleted with one request for 1,000 of them, and one by one where the
// store does not take that.
func TestDeleteAllRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		fault        storagetest.Fault
		many, single int
	}{
		{"together", nil, 2, 0},
		{"not known", storagetest.Answer(501, "NotImplemented"), 2, 1001},
		{"asks for a checksum", storagetest.Answer(400, "InvalidRequest"), 2, 1001},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			folder := root(t)
			var names []string
			for i := range 1001 {
				names = append(names, storage.Join(folder, fmt.Sprint(i)))
			}
			if err := s.Put(t.Context(), names[1000], nil); err != nil {
				t.Fatal(err)
			}
			if tt.fault != nil {
				proxy.Break(storagetest.DeleteObjects, 0, -1, tt.fault)
			}
			if err := s.DeleteAll(t.Context(), names); err != nil {
				t.Error(err)
			}
			if many, single := proxy.Count(storagetest.DeleteObjects), proxy.Count(storagetest.DeleteObject); many != tt.many || single != tt.single {
				t.Errorf("%d and %d requests; want %d and %d", many, single, tt.many, tt.single)
			}
			if _, err := s.Stat(t.Context(), names[1000]); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the last one: %v", err)
			}
		})
	}
}
