package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/console"
)

// TestRedactLog checks that secrets are in no message and in none of its attributes.
func TestRedactLog(t *testing.T) {
	t.Parallel()
	env := map[string]string{"AWS_SECRET_ACCESS_KEY": "SENTINELKEY", "AWS_SESSION_TOKEN": "SENTINELTOKEN", "AWS_ENDPOINT_URL": "http://user:SENTINELPASS@h"}
	for _, format := range []string{"text", "json"} {
		var stderr bytes.Buffer
		a := &app{stderr: &stderr, secrets: secrets(lookup(env))}
		a.setLog(console.Options{Verbose: true, Format: format})
		for _, secret := range []string{"SENTINELKEY", "SENTINELTOKEN", "https://u:SENTINELOTHER@h", "?X-Amz-Signature=SENTINELSIG", "http://user:SENTINELPASS@h", "SENTINELPASS"} {
			a.log.With("with", secret).WithGroup("g").Debug("x"+secret+" y", "attr", secret, "error", errors.New(secret), slog.Group("h", "i", secret), console.HintKey, secret)
			a.report(errors.New(secret))
		}
		if got := stderr.String(); strings.Contains(got, "SENTINEL") || !strings.Contains(got, "***") {
			t.Errorf("%s: got %s", format, got)
		}
	}
}
