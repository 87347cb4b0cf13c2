package terminal

import "testing"

func TestFit(t *testing.T) {
	t.Parallel()
	const text = "Words of a paragraph\nthat goes on:\n  name   kind  words that go on\n               for two lines\n  other  kind  more\n"
	for width, want := range map[int]string{
		80: "Words of a paragraph that goes on:\n  name   kind  words that go on for two lines\n  other  kind  more\n",
		40: "Words of a paragraph that goes on:\n  name   kind  words that go on for two\n               lines\n  other  kind  more\n",
		30: "Words of a paragraph that goes\non:\n  name\n      kind: words that go on\n      for two lines\n  other\n      kind: more\n",
	} {
		if got := Fit(text, width); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestFitCommand(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"batchreport ddl s3://lake/a":                              "  batchreport ddl s3://lake/a\n",
		"batchreport plan s3://reports/job s3://lake/a >plan.json": "  batchreport plan \\\n      s3://reports/job \\\n      s3://lake/a >plan.json\n",
		"batchreport summary 'a long word in quotes'":              "  batchreport summary \\\n      'a long word in quotes'\n",
		"batchreport task   # where the engine says which":         "  # where the engine says\n  # which\n  batchreport task\n",
	} {
		if got := FitCommand(command, 30); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
