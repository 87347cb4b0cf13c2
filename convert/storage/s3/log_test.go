package s3

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// TestLog checks that a request that is repeated is said, with its reason.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	proxy := server.NewProxy(t)
	proxy.Break(storagetest.PutObject, 0, 2, storagetest.Answer(503, "SlowDown"))
	s := newStore(t, proxy.URL, quick, Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err := s.Put(t.Context(), root(t)+"/object", nil); err != nil {
		t.Fatal(err)
	}
	got := log.String()
	if strings.Count(got, "repeats a request") != 2 || !strings.Contains(got, "attempt=2 ") || !strings.Contains(got, "SlowDown: Message of SlowDown") {
		t.Errorf("got %s", got)
	}
}
