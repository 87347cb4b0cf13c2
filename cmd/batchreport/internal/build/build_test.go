package build

import (
	"runtime/debug"
	"testing"
)

func TestBuildOf(t *testing.T) {
	t.Parallel()
	const commit = "e3307572518556e3806ebff68776289332621cfe"
	stamps := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: "2026-11-26T16:21:10Z"}, {Key: "vcs.modified", Value: modified}}
	}
	for _, test := range []struct {
		name, version string
		settings      []debug.BuildSetting
		want, date    string
	}{
		{"no stamps", "(devel)", nil, "0.1.0 (build devel)", ""},
		{"nothing", "", nil, "0.1.0 (build devel)", ""},
		{"no tag yet", "v0.0.0-20261126162110-e33075725185", stamps("false"), "0.1.0-0.20261126162110-e33075725185 (build e33075725185)", "2026-11-26T16:21:10Z"},
		{"no tag yet, changed", "v0.0.0-20261126162110-e33075725185+dirty", stamps("true"), "0.1.0-0.20261126162110-e33075725185 (build e33075725185-modified)", "2026-11-26T16:21:10Z"},
		{"tag", "v1.2.3", stamps("false"), "1.2.3 (build e33075725185)", "2026-11-26T16:21:10Z"},
		{"tag, changed", "v1.2.3+dirty", stamps("true"), "1.2.3 (build e33075725185-modified)", "2026-11-26T16:21:10Z"},
		{"candidate", "v1.2.3-rc.1", stamps("false"), "1.2.3-rc.1 (build e33075725185)", "2026-11-26T16:21:10Z"},
		{"after a tag", "v1.2.4-0.20261126162110-e33075725185", stamps("false"), "1.2.4-0.20261126162110-e33075725185 (build e33075725185)", "2026-11-26T16:21:10Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := infoOf(&debug.BuildInfo{Main: debug.Module{Version: test.version}, Settings: test.settings})
			if got.String() != test.want || got.Date != test.date {
				t.Errorf("%s of %q, want %s of %q", got, got.Date, test.want, test.date)
			}
		})
	}
}
