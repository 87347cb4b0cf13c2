package human

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{0: "0 s", 59 * time.Second: "59 s", 125 * time.Second: "2 min 5 s", 200 * time.Minute: "3 h 20 min"} {
		if got := Span(d); got != want {
			t.Errorf("%s is %s, want %s", d, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		part, of int64
		want     string
	}{{0, 0, "0 %"}, {0, 9, "0 %"}, {9, 9, "100 %"}, {1, 3, "33.3 %"}, {1, 1000000, "<0.1 %"}, {999999, 1000000, ">99.9 %"}, {1, 2, "50.0 %"}, {1787, 100001, "1.8 %"}} {
		if got := Share(tt.part, tt.of); got != tt.want {
			t.Errorf("%d of %d is %s, want %s", tt.part, tt.of, got, tt.want)
		}
	}
}
