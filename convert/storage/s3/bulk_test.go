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
		names        int
		many, single int
	}{
		{"together", nil, 1001, 2, 0},
		{"not known", storagetest.Answer(501, "NotImplemented"), 1001, 2, 1001},
		{"asks for a checksum", storagetest.Answer(400, "InvalidRequest"), 3, 1, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			folder := root(t)
			var names []string
			for i := range tt.names {
				names = append(names, storage.Join(folder, fmt.Sprint(i)))
			}
			last := names[tt.names-1]
			if err := s.Put(t.Context(), last, nil); err != nil {
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
			if _, err := s.Stat(t.Context(), last); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the last one: %v", err)
			}
		})
	}
}
