package s3

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"batchreport/convert/storage"
)

// loggedRetryer says which requests are repeated, and why.
type loggedRetryer struct {
	aws.RetryerV2
	log *slog.Logger
}

// RetryDelay implements aws.Retryer: it is called before each attempt but the first.
func (r loggedRetryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	pause, failed := r.RetryerV2.RetryDelay(attempt, err)
	if failed == nil {
		r.log.Debug("repeats a request", "attempt", attempt+1, "after", pause.Round(time.Millisecond), "error", storage.Redact(boil(err).text))
	}
	return pause, failed
}

// logResumed says that reading goes on where a connection broke.
func (s *Store) logResumed(ctx context.Context, name string, offset int64, err error) {
	s.opts.Log.DebugContext(ctx, "reads on after a connection broke", "object", storage.Shown(name), "at byte", offset, "error", s.short(err))
}
