package source

import (
	"testing"
)

// TestListedSum checks the forms in which the MD5 of a manifest is listed.
func TestListedSum(t *testing.T) {
	t.Parallel()
	const sum, other = "0cc175b9c0f1b6a831c399e269772661", "92eb5ffee6ae2fec3ad71c777531578f"
	for _, test := range []struct{ name, text string }{
		{"bare", sum},
		{"line", sum + "\n"},
		{"upper case", "0CC175B9C0F1B6A831C399E269772661\r\n"},
		{"md5sum", sum + "  manifest.json\n"},
		{"binary", sum + " *manifest.json\n"},
		{"with a folder", sum + "  ./job-a/manifest.json\n"},
		{"another name", sum + "  copy of it.json\n"},
		{"escaped", `\` + sum + "  a\\nb/manifest.json\n"},
		{"tag", "MD5 (job/manifest.json) = " + sum + "\n"},
		{"several", other + "  a.csv\n" + sum + "  manifest.json\n" + other + "  b.csv\n"},
		{"byte order mark", "\ufeff" + sum},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := listedSum(test.text, "manifest.json"); got != sum {
				t.Errorf("got %q", got)
			}
		})
	}
	if got := listedSum("", "manifest.json"); got != "" {
		t.Errorf("an empty file lists %q", got)
	}
}
