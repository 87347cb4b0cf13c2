package values

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"36h": 36 * time.Hour, "7d": 7 * Day, "2w": 14 * Day, "0d": 0, "90m": 90 * time.Minute,
		"": -1, "7": -1, "d": -1, "-1d": -1, "1.5d": -1, "-3h": -1, "99999999999w": -1, "2 d": -1,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got := time.Duration(-1)
			if err := Age(&got)(text); got != want || (err == nil) != (want >= 0) {
				t.Errorf("got %s, %v; want %s", got, err, want)
			}
		})
	}
}
