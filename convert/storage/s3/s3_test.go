package s3

import (
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) (storage.Store, string) {
		return newStore(t, server.URL, quick, Options{}), root(t)
	})
}
