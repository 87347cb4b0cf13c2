package overview

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert"
	"batchreport/convert/groups"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/schema"
)

// hostileOverview is an overview whose values are as long, as wide and as hidden as they
// can be.
func hostileOverview() *convert.Overview {
	texts := []string{
		"", "a", strings.Repeat("long/", 100), "sp  aces \t and\nlines", "\x1b[31mred\x1b[0m \u202eback", "日本語のキー/" + strings.Repeat("漢", 90), "e\u0301\u0301", "\xff\xfe",
		"😀" + strings.Repeat("😀", 60), strings.Repeat("word ", 60),
	}
	grouping := groups.Grouping{By: groups.ByCause(), Others: 3, OtherRows: 70}
	for i, text := range texts {
		values := make([]*string, len(grouping.By))
		for j, d := range grouping.By {
			switch {
			case (i+j)%3 == 0:
			case d.Column == schema.HTTPStatusCode || d.Column == schema.ServiceStatusCode || d.Column == schema.TimeoutSeconds:
				number := fmt.Sprint(i * j)
				values[j] = &number
			default:
				values[j] = &texts[(i+j)%len(texts)]
			}
		}
		grouping.Groups = append(grouping.Groups, groups.Group{Values: values, Rows: 4_000_000_000 >> i, Missed: int64(i), Sample: groups.Sample{Key: &text, RequestID: &text}})
	}
	v := &convert.Overview{Groupings: []groups.Grouping{grouping}, Totals: ledger.Totals{RowsIn: 8_000_000_000, Succeeded: 3, Failed: 7_999_999_990, Rejected: 7, Contradicting: 5}}
	for _, text := range texts {
		v.Rejects = append(v.Rejects, ledger.RowError{Object: text, Row: 1 << 40, Reason: text})
		v.Jobs = append(v.Jobs, convert.JobOverview{Job: plan.Job{Name: text}, Totals: v.Totals, Err: fmt.Errorf("%s", text)})
	}
	return v
}

// TestOverviewFits: no line is wider than the terminal but one with a long word, which is whole,
// and nothing hidden comes out.
func TestOverviewFits(t *testing.T) {
	t.Parallel()
	codes := regexp.MustCompile("\x1b\\[[0-9;]+m")
	oneWord := regexp.MustCompile(`^(  (message|cause|remedy) +|(at least )?[0-9,]+ +[0-9.<>]+ %  | +)?[^ ]+( \\)?$`)
	long := map[string]bool{} // what is shown as it is, in one line
	for _, text := range []string{strings.Repeat("long/", 100), "日本語のキー/" + strings.Repeat("漢", 90), strings.Repeat("😀", 61), strings.Repeat("word ", 60)} {
		long[strings.TrimSpace(text)] = true
	}
	for _, byCause := range []bool{true, false} {
		for _, color := range []bool{true, false} {
			for _, width := range []int{20, 40, 57, 80, 119, 120, 132, 200} {
				r := New(hostileOverview(), Options{
					ByCause: byCause, Sources: []string{"it's", "s3://bucket/prefix"},
					Explain: func(err error) (string, string) { return err.Error(), "" },
				})
				text := strings.Join(r.Lines(width, color), "")
				if color != strings.Contains(text, "\x1b[") {
					t.Errorf("colour is %t, and there is some or none", color)
				}
				for word := range long {
					if byCause && !strings.Contains(text, word) {
						t.Errorf("%d columns: not whole: %s", width, word)
					}
				}
				for line := range strings.Lines(codes.ReplaceAllString(text, "")) {
					line = strings.TrimSuffix(line, "\n")
					isLong := oneWord.MatchString(line) || strings.HasPrefix(line, "  sample ") || strings.HasPrefix(line, "  request ")
					for word := range long {
						isLong = isLong || strings.Contains(line, word)
					}
					if width >= 40 && terminal.Columns(line) > width && !isLong {
						t.Errorf("%d of %d columns: %s", terminal.Columns(line), width, line)
					}
					if line != terminal.Visible(line) {
						t.Errorf("hidden characters: %q", line)
					}
				}
			}
		}
	}
}
