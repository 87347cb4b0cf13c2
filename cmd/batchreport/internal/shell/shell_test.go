package shell

import "testing"

func TestShellQuoted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "''", "s3://b/k": "s3://b/k", "it's *": `'it'\''s *'`, "a b": "'a b'", "ü": "'ü'"} {
		if got := Quoted(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}
