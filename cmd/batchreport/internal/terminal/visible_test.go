package terminal

import (
	"encoding/json"
	"testing"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"plain", "a key/with späces.csv", "a key/with späces.csv"},
		{"colour", "\x1b[31mred", `\x1b[31mred`},
		{"line", "two\r\nlines", `two\r\nlines`},
		{"not utf-8", "a\xffb", `a\xffb`},
		{"replacement", "a\ufffdb", `a�b`},
		{"right to left", "a\u202eb", `a\u202eb`},
		{"c1", "a\u009bb", `a\u009bb`},
		{"quotes stay", `"a" \ 'b'`, `"a" \ 'b'`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Visible(test.in); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestVisibleJSON checks that JSON keeps its values, and shows all of them.
func TestVisibleJSON(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"plain", "späces 日本", "a\u202eb", "\u009b31m", "\x7f\x1b", "\U000e0001", "\u2028", "a\nb", "\ufeff"} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		shown := VisibleJSON(text)
		var back string
		if err := json.Unmarshal(shown, &back); err != nil || back != value {
			t.Errorf("%q becomes %s, which is %q, %v", value, shown, back, err)
		}
		if Visible(string(shown)) != string(shown) {
			t.Errorf("%q becomes %q", value, shown)
		}
	}
}
