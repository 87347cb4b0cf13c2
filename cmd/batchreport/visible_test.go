package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// TestVisibleJSON checks that JSON keeps its values, and shows all of them.
func TestVisibleJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"plain", "späces 日本", "a\u202eb", "\u009b31m", "\x7f\x1b", "\U000e0001", "\u2028", "a\nb", "\ufeff"} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		shown := visibleJSON(text)
		var back string
		if err := json.Unmarshal(shown, &back); err != nil || back != value {
			t.Errorf("%q becomes %s, which is %q, %v", value, shown, back, err)
		}
		if visible(string(shown)) != string(shown) {
			t.Errorf("%q becomes %q", value, shown)
		}
	}
}

// TestRedactLog checks that secrets are in no message and in none of its attributes.
func TestRedactLog(t *testing.T) {
	t.Parallel()
	env := map[string]string{"AWS_SECRET_ACCESS_KEY": "SENTINELKEY", "AWS_SESSION_TOKEN": "SENTINELTOKEN", "AWS_ENDPOINT_URL": "http://user:SENTINELPASS@h"}
	for _, format := range []string{"text", "json"} {
		var stderr bytes.Buffer
		a := &app{stderr: &stderr, secrets: secrets(lookup(env))}
		a.setLog(logOptions{verbose: true, format: format})
		for _, secret := range []string{"SENTINELKEY", "SENTINELTOKEN", "https://u:SENTINELOTHER@h", "?X-Amz-Signature=SENTINELSIG", "http://user:SENTINELPASS@h", "SENTINELPASS"} {
			a.log.With("with", secret).WithGroup("g").Debug("x"+secret+" y", "attr", secret, "error", errors.New(secret), slog.Group("h", "i", secret), hintKey, secret)
			a.report(errors.New(secret))
		}
		if got := stderr.String(); strings.Contains(got, "SENTINEL") || !strings.Contains(got, "***") {
			t.Errorf("%s: got %s", format, got)
		}
	}
}
