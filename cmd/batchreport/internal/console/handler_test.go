package console

import (
	"bytes"
	"testing"
)

func TestLog(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options Options
		want    string
	}{
		{"default", Options{}, "batchreport: an info\nbatchreport: warning: a warning key=1 g.text=\"a b\"\nbatchreport: an error\nbatchreport: hint: a hint\n"},
		{"quiet", Options{Quiet: true}, "batchreport: an error\nbatchreport: hint: a hint\n"},
		{"verbose", Options{Verbose: true}, "batchreport: debug: a detail empty=\"\"\nbatchreport: an info\nbatchreport: warning: a warning key=1 g.text=\"a b\"\nbatchreport: an error\nbatchreport: hint: a hint\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			log := New(&stderr, test.options).NewLog(asIs)
			log.Debug("a detail", "empty", "")
			log.Info("an info")
			log.With("key", 1).WithGroup("g").Warn("a warning", "text", "a b")
			log.Error("an error", HintKey, "a hint")
			if got := stderr.String(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// asIs redacts nothing.
func asIs(text string) string { return text }
