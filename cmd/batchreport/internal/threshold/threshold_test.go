package threshold

import (
	"strings"
	"testing"

	"batchreport/convert/ledger"
)

func TestThreshold(t *testing.T) {
	t.Parallel()
	run := func(rows, failed, rejected, other int64, unknown string) *Counted {
		return &Counted{
			Rows: rows, failed: failed, rejected: rejected, codesUnknown: unknown,
			Codes: ledger.CodeCounts{Rows: map[string]int64{"AccessDenied": 3, "A>B": 2}, Other: other},
		}
	}
	tests := []struct {
		rule   string
		run    *Counted
		passed bool
		known  bool
	}{
		{"failed>0", run(10, 1, 0, 0, ""), true, true},
		{"failed>1", run(10, 1, 0, 0, ""), false, true},
		{"failed>=1", run(10, 1, 0, 0, ""), true, true},
		{" failed > 0.1 % ", run(1000, 1, 0, 0, ""), false, true},
		{"failed>=0.1%", run(1000, 1, 0, 0, ""), true, true},
		{"failed>0.1%", run(999, 1, 0, 0, ""), true, true},
		{"failed>0.1%", run(0, 0, 0, 0, ""), false, true},
		{"failed>=0%", run(0, 0, 0, 0, ""), true, true},
		{"failed>0.000000000000000001%", run(4e9, 1, 0, 0, ""), true, true},
		{"rejected>0", run(10, 5, 0, 0, ""), false, true},
		{"rejected>20%", run(10, 0, 3, 0, ""), true, true},
		{"code:AccessDenied>2", run(10, 5, 0, 0, ""), true, true},
		{"code:AccessDenied>3", run(10, 5, 0, 0, ""), false, true},
		{"code:AccessDenied>30%", run(10, 5, 0, 0, ""), false, true},
		{"code:AccessDenied>29.9%", run(10, 5, 0, 0, ""), true, true},
		{"code:A>B>1", run(10, 5, 0, 0, ""), true, true},
		{"code:Other>0", run(10, 5, 0, 0, ""), false, true},
		{"code:Other>0", run(10, 5, 0, 1, ""), true, false},
		{"code:Other>1", run(10, 5, 0, 1, ""), false, true},
		{"code:AccessDenied>3", run(10, 5, 0, 1, ""), true, false},
		{"code:AccessDenied>2", run(10, 5, 0, 0, "old"), true, true},
		{"code:AccessDenied>3", run(10, 5, 0, 0, "old"), true, false},
		{"failed>5", run(10, 5, 0, 0, "old"), false, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			rule, err := Parse(tt.rule)
			if err != nil {
				t.Fatal(err)
			}
			v := rule.Judge(tt.run)
			if v.Passed != tt.passed || v.Known != tt.known || v.Rule != tt.rule || (v.Why != "") == tt.known {
				t.Errorf("got %+v; want passed %t, known %t", v, tt.passed, tt.known)
			}
		})
	}
}

func TestParseThreshold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "has no >",
		"failed":                     "has no >",
		"failed<1":                   "has no >",
		"failed>":                    "has no number",
		"failed>-1":                  "has no number",
		"failed>1e3":                 "has no number",
		"failed>1%%":                 "has no number",
		"failed>1 row":               "has no number",
		"failed>.5%":                 "has no number",
		">1":                         "counts none of",
		"succeeded>1":                "counts none of",
		"code>1":                     "counts none of",
		"code:>1":                    "names no code",
		"failed>9999999999999999999": "has no number",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want %s", text, err, want)
		}
	}
}
