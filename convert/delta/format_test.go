package delta

import (
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A path is decoded to the name by whoever reads URIs.
func TestPaths(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"job_id=x/part-0.zstd.parquet": "job_id=x/part-0.zstd.parquet",
		"c=a%2Fb/p.parquet":            "c=a%252Fb/p.parquet",
		"c=a b+é&'/p":                  "c=a%20b%2B%C3%A9%26%27/p",
		"c=/p":                         "c=/p",
		"c=~}|<>`\x7f/p":               "c=~%7D%7C%3C%3E%60%7F/p",
	} {
		got := encodePath(name)
		if got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if u, err := url.Parse(got); err != nil || u.Path != name || u.RawQuery+u.Fragment+u.Scheme != "" {
			t.Errorf("%q is read as %+v, %v", got, u, err)
		}
		if back, err := decodePath(got); back != name || err != nil {
			t.Errorf("%q is read as %q, %v", got, back, err)
		}
	}
	for _, path := range []string{"../x", "/etc/x", "", "a//b", "%zz", "a/%2e%2e/b"} {
		if name, err := decodePath(path); err == nil {
			t.Errorf("%q is read as %q", path, name)
		}
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 31)
	for name, tt := range map[string]struct {
		column ColumnStats
		want   string
	}{
		"text":          {ColumnStats{"c", 2, "a", "b<"}, `"minValues":{"c":"a"},"maxValues":{"c":"b\u003c"},"nullCount":{"c":2}`},
		"no bounds":     {ColumnStats{"c", 3, nil, nil}, `"nullCount":{"c":3}`},
		"long":          {ColumnStats{"c", 0, long + "éz", long + "éz"}, `"minValues":{"c":"` + long + `"},"maxValues":{"c":"` + long[1:] + `y"},"nullCount":{"c":0}`},
		"the last rune": {ColumnStats{"c", 0, "a", strings.Repeat("\U0010ffff", 9)}, `"nullCount":{"c":0}`},
		"surrogates":    {ColumnStats{"c", 0, "a", "\ud7ff" + strings.Repeat("\U0010ffff", 9)}, `"minValues":{"c":"a"},"maxValues":{"c":"` + "\ue000" + `"},"nullCount":{"c":0}`},
		"no UTF-8":      {ColumnStats{"c", 0, "a", "\xff"}, `"nullCount":{"c":0}`},
		"numbers":       {ColumnStats{"c", 0, int64(math.MinInt64), int64(math.MaxInt64)}, `"minValues":{"c":-9223372036854775808},"maxValues":{"c":9223372036854775807},"nullCount":{"c":0}`},
		"infinite":      {ColumnStats{"c", 0, 1.5, math.Inf(1)}, `"nullCount":{"c":0}`},
		"times":         {ColumnStats{"c", 0, time.UnixMilli(1), time.UnixMilli(1e12)}, `"minValues":{"c":"1970-01-01T00:00:00.001Z"},"maxValues":{"c":"2001-09-09T01:46:40.000Z"},"nullCount":{"c":0}`},
		"microseconds":  {ColumnStats{"c", 0, time.UnixMicro(1), time.UnixMicro(2)}, `"nullCount":{"c":0}`},
	} {
		got := withRows(7, FormatStats([]ColumnStats{tt.column}))
		if want := `{"numRecords":7,` + tt.want + `}`; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s: %s is no JSON", name, got)
		}
	}
	for _, s := range []string{"", "{}", "{", "[1]", "x"} {
		if got := withRows(1, s); got != `{"numRecords":1}` {
			t.Errorf("%q becomes %s", s, got)
		}
	}
}
