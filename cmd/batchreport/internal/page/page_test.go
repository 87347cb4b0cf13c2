package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

var update = flag.Bool("update", false, "rewrite the expected page")

// visible is like that of the command: nothing that is not seen stays as it is.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// small is a page that has some of everything.
func small() *Page {
	at := time.Date(2026, 11, 3, 13, 5, 0, 0, time.UTC)
	return &Page{
		Program: "batchreport", Rules: 1, Visible: visible,
		Verdict: Verdict{Words: "90 of 103 rows succeeded, 12 failed (11.7 %).", Succeeded: 90, Failed: 12, Rejected: 1, Notes: []Note{{"1 file verified by MD5.", false}, {"Threshold failed>0 is passed.", true}}},
		Jobs:    []Job{{Name: "one", Created: "2026-11-03 14:11", Rows: 103, Failed: 12}, {Name: "two", Error: "it is damaged"}},
		Groups: Groups{
			Shown: []Group{
				{Rows: 9, Share: "75 %", Title: "503 SlowDown", Message: "Please reduce your request rate.", Cause: "throttled", Why: "Too many requests.", Remedy: "Run them again.", Retryable: true, Sample: "s3://bucket/a key", RequestID: "R1"},
				{Rows: 2, Estimate: true, Share: "16.7 %", Title: "<b>&\"'", Message: "a\u202eb"},
			},
			Others: 1, Rows: 1, Estimates: true,
		},
		By: Groups{Shown: []Group{{Rows: 12, Share: "100 %", Title: "bucket"}}}, ByWords: "bucket",
		Times: Times{Unit: time.Minute, Words: "11 of the 12 rows that failed say when.", Points: []Point{
			{at, "SlowDown", 7}, {at.Add(3 * time.Minute), "SlowDown", 2}, {at.Add(3 * time.Minute), "", 2},
		}},
		Places:  []Place{{0, "bucket", 12, "100 %", ""}, {1, "a/", 11, "91.7 %", ""}, {1, "", 1, "8.3 %", "and 1 other folder"}},
		Steps:   []Step{{"Do this", "It helps.", "first\nsecond"}, {"Not that", "", "a\u202eb"}},
		Inputs:  []Input{{"results/1.csv", 102, 1, "10 kB", "d41d8cd98f00b204e9800998ecf8427e", "MD5"}},
		Rejects: []Reject{{"results/1.csv, row 3 at byte 74", "6 columns instead of 7"}},
		Rows:    []Row{{"bucket", "=k\x00", "", "SlowDown", "503", "", "throttled", "</td><script>", "R1", ""}},
	}
}

// rendered returns the bytes of a page.
func rendered(t *testing.T, p *Page) string {
	t.Helper()
	data, err := p.Render()
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Render()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the page has other bytes the second time: %v", err)
	}
	return string(data)
}

// TestRender compares a page with the expected one, but for its style and script.
func TestRender(t *testing.T) {
	t.Parallel()
	got := regexp.MustCompile(`(?s)<style>.*</style>|<script>.*</script>|<meta http-equiv.*?>`).ReplaceAllString(rendered(t, small()), "")
	const name = "testdata/page.html"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page is not %s: run the test with -update, and review the difference", name)
	}
}

// TestPolicy: the policy names what is in the page, and allows nothing else.
func TestPolicy(t *testing.T) {
	t.Parallel()
	text := rendered(t, small())
	hash := func(element string) string {
		_, rest, _ := strings.Cut(text, "<"+element+">")
		body, _, ok := strings.Cut(rest, "</"+element+">")
		if !ok || strings.Count(text, "<"+element) != 1 {
			t.Fatalf("there is not one %s", element)
		}
		sum := sha256.Sum256([]byte(body))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hash("style") + "; script-src " + hash("script") + "; base-uri 'none'; form-action 'none'"
	if got := policy(source("page.css"), source("page.js")); got != want {
		t.Errorf("the policy is %s, want %s", got, want)
	}
	if regexp.MustCompile(`(?i)https?://|@import|\burl\(`).MatchString(text) {
		t.Error("the page names something elsewhere")
	}
}

// hostile is a page of which every text is as bad.
func hostile(text string, many int) *Page {
	p := &Page{Program: "batchreport", Visible: visible, ByWords: text, Verdict: Verdict{Words: "x", Failed: int64(many), Succeeded: 1 << 40}}
	for i := range many {
		group := Group{Rows: 1, Share: "1 %", Title: text, Message: text, Cause: "throttled", Why: text, Remedy: text, Sample: text, RequestID: text}
		p.Groups.Shown = append(p.Groups.Shown, group)
		p.By.Shown = append(p.By.Shown, group)
		p.Jobs = append(p.Jobs, Job{Name: text, Error: text})
		p.Places = append(p.Places, Place{i % 3, text, 1, "1 %", ""})
		p.Steps = append(p.Steps, Step{text, text, text})
		p.Inputs = append(p.Inputs, Input{text, 1, 0, "1 B", "d41d8cd98f00b204e9800998ecf8427e", "MD5"})
		p.Rejects = append(p.Rejects, Reject{text, text})
		p.Times.Points = append(p.Times.Points, Point{time.Unix(int64(i)*60, 0), fmt.Sprint(i%9) + text, 1})
	}
	p.Rows = []Row{{text, text, text, text, text, text, text, text, text, text}}
	return p
}

// TestHostile: whatever the texts are, the page has one script, no other element than its
// own, and a bound; what there is no room for is counted.
func TestHostile(t *testing.T) {
	t.Parallel()
	values, dangerous := regexp.MustCompile(`="[^"]*"`), regexp.MustCompile(`<[a-z][^>]*\s(on[a-z]+|style|src)=`)
	for _, text := range []string{
		"<script>alert(1)</script>", strings.Repeat("<", 1024), strings.Repeat(`"`, 1024), strings.Repeat("+", 1024), strings.Repeat("\x00", 1024),
		strings.Repeat("\u202e", 341), strings.Repeat("\u65e5", 341), "x' onload='alert(1)", "</title></style>", "", "short", "{{.}}",
	} {
		for _, many := range []int{0, 1, 30_000 / max(10, min(len(text), 100))} { // at last more than there is room for
			page := rendered(t, hostile(text, many))
			before, rest, ok := strings.Cut(page, `<table class="rows">`)
			_, after, ok2 := strings.Cut(rest, "</table>")
			if n := len(before) + len(after); !ok || !ok2 || n > 300_000 {
				t.Errorf("%.20q, %d times: %d bytes without the rows", text, many, n)
			}
			if n := strings.Count(page, "<script"); n != 1 {
				t.Errorf("%.20q: %d scripts", text, n)
			}
			bare := values.ReplaceAllString(page, "=")
			if tag := dangerous.FindString(bare); tag != "" {
				t.Errorf("%.20q: %s", text, tag)
			}
			groups, _, _ := strings.Cut(page, `id="by"`)
			shown := strings.Count(groups, "<h3>")
			if others := fmt.Sprintf("And %s", plural(int64(many-shown), "other group")); shown < many && !strings.Contains(groups, others) {
				t.Errorf("%.20q: %d of %d groups are shown, and the page does not say %q", text, shown, many, others)
			}
		}
	}
}

// TestRows: what is not shown as it is can be told from the page all the same.
func TestRows(t *testing.T) {
	t.Parallel()
	text := rendered(t, small())
	if want := `<td data-raw="&#34;=k\u0000&#34;">=k\x00</td>`; !strings.Contains(text, want) {
		t.Errorf("the page does not have %s", want)
	}
	if strings.Contains(text, "Not that") {
		t.Error("the page has a command that cannot be shown as it is")
	}
}
