package plan

import (
	"testing"

	"go.uber.org/goleak"

	"batchreport/convert/storage/storagetest"
)

func TestMain(m *testing.M) {
	if err := storagetest.UseMemory(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
