package table

import "testing"

func TestEscapeHive(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                      "",
		"AccessDenied":          "AccessDenied",
		"404 Not Found":         "404 Not Found",
		"../../etc":             "..%2F..%2Fetc",
		"a%2Fb":                 "a%252Fb",
		"\x00\n\x1f \x7f":       "%00%0A%1F %7F",
		"\"#'*/:=?\\{[]^}|~é日本": "%22%23%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E}|~é日本",
	} {
		if got := escape(value); got != want {
			t.Errorf("%q becomes %q; want %q", value, got, want)
		}
	}
}
