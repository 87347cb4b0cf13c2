package manual

import "testing"

func TestRoffLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		".gz is\n":           "\\&.gz is\n",
		"'a'\n":              "\\&\\(aqa\\(aq\n",
		"a\n.b\n":            "a\n\\&.b\n",
		`C:\new --x ~ ^ "q"`: `C:\enew \-\-x \(ti \(ha \(dqq\(dq`,
	} {
		if got := roffLines(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
