package scan

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"2019-04-05T17:35:21.155Z", "2019-04-05T17:35:21.155Z"},
		{"2019-04-05T17:35:21.1559999999999Z", "2019-04-05T17:35:21.155Z"},
		{"2019-04-05T17:35:21z", "2019-04-05T17:35:21Z"},
		{"2019-04-05 17:35:21+02:30", "2019-04-05T15:05:21Z"},
		{"2019-04-05T17:35:21-0100", "2019-04-05T18:35:21Z"},
		{"2019-04-05T17:35:21", "2019-04-05T17:35:21Z"},
		{"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
		{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"},
		{"Fri, 05 Apr 2019 17:35:39 GMT", "2019-04-05T17:35:39Z"},
		{"1900-02-29T00:00:00Z", ""},
		{"2019-04-31T00:00:00Z", ""},
		{"2019-13-01T00:00:00Z", ""},
		{"2019-04-05T24:00:00Z", ""},
		{"2019-04-05T17:35:21Zulu", ""},
		{"2019-04-05", ""},
		{"Fri, 05 Foo 2019 17:35:39 GMT", ""},
		{"Fri, 05 anF 2019 17:35:39 GMT", ""},
		{"", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			got, ok := Millis([]byte(c.text))
			if c.want == "" {
				if ok {
					t.Errorf("got %v, want none", time.UnixMilli(got).UTC())
				}
				return
			}
			want, err := time.Parse(time.RFC3339Nano, c.want)
			if err != nil {
				t.Fatal(err)
			}
			if !ok || got != want.UnixMilli() {
				t.Errorf("got %v %v, want %v", ok, time.UnixMilli(got).UTC(), want)
			}
		})
	}
}
