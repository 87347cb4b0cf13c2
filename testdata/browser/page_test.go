// Package browser tests in Chromium the page that summary --html writes.
package browser

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// result is what --json prints of what is on a page.
type result struct {
	Totals struct{ Rows, Succeeded, Failed, Rejected int64 }
	Jobs   []struct{ Job string }
	Groups []struct {
		Rows         int64
		Cause        *string
		Template     *string
		SampleBucket *string `json:"sample_bucket"`
		SampleKey    *string `json:"sample_key"`
	}
}

// resultOf returns what --json prints of a report.
func resultOf(t *testing.T, source string) (r result) {
	t.Helper()
	if err := json.Unmarshal(summary(t, "--json", source), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// numbers parses numbers as people read them.
func numbers(t *testing.T, texts ...string) (all []int64) {
	t.Helper()
	for _, text := range texts {
		n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

// textsOf returns the texts of the elements that match.
func textsOf(b *tab, selector string) []string {
	return eval[[]string](b, "[...document.querySelectorAll("+strconv.Quote(selector)+")].map(e => e.textContent)")
}

// TestNumbers: the numbers of the page are those of --json and of the report.
func TestNumbers(t *testing.T) {
	source := burstReport(t, 6000)
	want := resultOf(t, source)
	_, address := pageOf(t, source)
	b := newTab(t)
	b.open(address)
	sums := numbers(t, textsOf(b, "#succeeded, #failed, #rejected")...)
	if got := []int64{want.Totals.Succeeded, want.Totals.Failed, want.Totals.Rejected}; !slices.Equal(sums, got) {
		t.Errorf("sums are %v, --json has %v", sums, got)
	}
	var rows []int64
	var causes, samples []string
	for _, g := range want.Groups {
		rows = append(rows, g.Rows)
		samples = append(samples, "s3://"+*g.SampleBucket+"/"+*g.SampleKey)
		if g.Cause != nil {
			causes = append(causes, *g.Cause)
		}
	}
	if got := numbers(t, textsOf(b, ".groups .count b")...); !slices.Equal(got, rows) {
		t.Errorf("groups have %v rows, --json has %v", got, rows)
	}
	if got := textsOf(b, "[data-copy=cause] bdi"); !slices.Equal(got, causes) {
		t.Errorf("causes are %v, --json has %v", got, causes)
	}
	if got := textsOf(b, "[data-copy=address] bdi"); !slices.Equal(got, samples) {
		t.Errorf("samples are %v, --json has %v", got, samples)
	}
	// What is drawn and listed adds up.
	var sum int64
	for _, n := range numbers(t, textsOf(b, ".l0 td:nth-child(2)")...) {
		sum += n
	}
	if sum != want.Totals.Failed {
		t.Errorf("buckets have %d rows, want %d", sum, want.Totals.Failed)
	}
	var legend, table int64
	for _, n := range numbers(t, textsOf(b, ".legend b")...) {
		legend += n
	}
	for _, n := range numbers(t, textsOf(b, "#when ~ details td")...) {
		table += n
	}
	if legend == 0 || legend != table {
		t.Errorf("the chart has %d rows, its table %d", legend, table)
	}
	sum = 0
	for _, n := range numbers(t, textsOf(b, ".inputs td:nth-child(2)")...) {
		sum += n
	}
	if sum != want.Totals.Rows {
		t.Errorf("result files have %d rows, want %d", sum, want.Totals.Rows)
	}
	if got := eval[int](b, "document.querySelectorAll('.rows tbody tr').length"); got != 5000 {
		t.Errorf("%d rows, want 5000", got)
	}
}

// TestHostile: what keys and messages hold is shown and never obeyed.
func TestHostile(t *testing.T) {
	name, address := pageOf(t, hostileReport(t))
	b := newTab(t)
	b.open(address)
	b.openAll()
	if got := eval[bool](b, "'hit' in window"); got {
		t.Error("a key was run")
	}
	if got := eval[[]string](b, `[...new Set([...document.querySelectorAll("*")].flatMap(e => [e.localName, ...e.getAttributeNames().filter(n => /^(on|style$|src)/.test(n)).map(n => "@" + n)]))].sort()`); slices.ContainsFunc(got, func(s string) bool {
		return strings.HasPrefix(s, "@") || slices.Contains([]string{"img", "use", "iframe", "object", "b2", "form", "base", "link"}, s)
	}) {
		t.Errorf("the page has %v", got)
	}
	if got := eval[int](b, "document.scripts.length"); got != 1 {
		t.Errorf("%d scripts, want 1", got)
	}
	// No character is there that is not seen or turns others around.
	if got := eval[[]string](b, `[...document.body.innerText.matchAll(/[\p{Cf}\p{Cc}]/gu)].map(m => m[0]).filter(c => !"\n\t".includes(c))`); len(got) > 0 {
		t.Errorf("hidden characters are shown: %q", got)
	}
	keys := eval[[]string](b, `[...document.querySelectorAll(".rows tbody tr")].map(r => "raw" in r.cells[1].dataset ? JSON.parse(r.cells[1].dataset.raw) : r.cells[1].textContent)`)
	for _, key := range hostileKeys {
		if !slices.Contains(keys, key) {
			t.Errorf("%q is not among the rows", key)
		}
	}
	if got := eval[int](b, "document.documentElement.scrollWidth - window.innerWidth"); got > 0 {
		t.Errorf("the page is %d pixels too wide", got)
	}
	b.shot("hostile")
	b.screen(390, 844, true)
	if got := eval[int](b, "document.documentElement.scrollWidth"); got > 390 {
		t.Errorf("the page is %d pixels wide on a phone", got)
	}
	b.screen(1200, 900, false)
	if n := size(t, name); n > 300_000 {
		t.Errorf("%d bytes without the rows", n)
	}
}

// size returns how many bytes a page has without the rows of its sample.
func size(t *testing.T, name string) int {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(string(data), `<table class="rows">`); i >= 0 {
		rest := string(data[i:])
		return i + len(rest) - strings.Index(rest, "</table>")
	}
	return len(data)
}

// formula is what a spreadsheet takes for one, by what is behind spaces and what nobody
// sees.
var formula = regexp.MustCompile(`^[\s\p{C}\p{Z}]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|^[\t\r\n]`)

// TestDownload: the CSV has the rows that the filter leaves, as the report has them but for
// what a spreadsheet would run.
func TestDownload(t *testing.T) {
	_, address := pageOf(t, hostileReport(t))
	b := newTab(t)
	b.open(address)
	dir := t.TempDir()
	done := make(chan string, 1)
	err := chromedp.ListenBrowser(b.Context, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			done <- e.GUID
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	_, err = chromedp.CallBrowser(b.Context, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: &yes})
	if err != nil {
		t.Fatal(err)
	}
	b.click("#sample summary")
	download := func() [][]string {
		t.Helper()
		b.click("#download")
		var guid string
		select {
		case guid = <-done:
		case <-b.Done():
			t.Fatal("nothing was downloaded")
		}
		f, err := os.Open(filepath.Join(dir, guid))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := download()
	if want := []string{"bucket", "key", "version_id", "error_code", "http_status_code", "service_error_code", "cause", "result_text", "request_id", "occurred_at"}; !reflect.DeepEqual(rows[0], want) {
		t.Errorf("columns are %v", rows[0])
	}
	if len(rows) != 1+2*len(hostileKeys) {
		t.Errorf("%d lines, want %d", len(rows), 1+2*len(hostileKeys))
	}
	var keys []string
	for _, row := range rows {
		keys = append(keys, row[1])
		for _, value := range row {
			if formula.MatchString(value) {
				t.Errorf("a formula: %q", value)
			}
		}
	}
	for _, key := range hostileKeys {
		want := key
		if formula.MatchString(key) {
			want = "'" + key
		}
		// A reader of CSV may take a line end for another.
		want = strings.ReplaceAll(want, "\r\n", "\n")
		if !slices.Contains(keys, want) {
			t.Errorf("%q is not among the keys", want)
		}
	}
	eval[chromedp.Void](b, `document.querySelector("#filter").focus()`)
	call(b, input.InsertText, input.InsertTextParams{Text: "HYPERLINK pErManent"})
	if got := eval[string](b, "document.querySelector('#found').textContent"); got != "1 of "+strconv.Itoa(2*len(hostileKeys))+" rows" {
		t.Errorf("the filter says %q", got)
	}
	if rows := download(); len(rows) != 2 || rows[1][1] != "'"+`=HYPERLINK("http://example.invalid")` {
		t.Errorf("filtered rows are %q", rows)
	}
	b.noRequests(address)
}

// TestCopy: a button copies what it stands beside.
func TestCopy(t *testing.T) {
	name, _ := pageOf(t, burstReport(t, 100))
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.ServeFile(w, r, name)
	}))
	defer server.Close()
	b := newTab(t)
	b.open(server.URL + "/report")
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.Context, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.click("[data-copy=address] button")
	b.do(chromedp.Poll[chromedp.Void]("document.querySelector('#said').textContent == 'Copied'"))
	if got, want := eval[string](b, "navigator.clipboard.readText()"), textsOf(b, "[data-copy=address] bdi")[0]; got != want || !strings.HasPrefix(got, "s3://") {
		t.Errorf("copied %q, want %q", got, want)
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("the server had %d requests, want 1", n)
	}
}

// TestAccessible runs an accessibility checker in both schemes.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("make page installs it: %v", err)
	}
	for name, source := range map[string]string{
		"burst": burstReport(t, 300), "hostile": hostileReport(t),
		"jobs": filepath.Join("..", "reports", "jobs"), "empty": filepath.Join("..", "reports", "empty"), "rejects": filepath.Join("..", "reports", "broken", "too-few-columns"),
	} {
		_, address := pageOf(t, source)
		for _, colors := range []string{"light", "dark"} {
			t.Run(name+"/"+colors, func(t *testing.T) {
				b := newTab(t)
				b.prefer(colors)
				b.open(address)
				b.openAll()
				eval[chromedp.Void](b, string(axe))
				found := eval[[]string](b, `axe.run().then(r => r.violations.flatMap(v => v.nodes.slice(0, 3).map(n => v.id + ": " + n.html.slice(0, 200) + ": " + n.failureSummary)))`)
				for _, f := range found {
					t.Error(f)
				}
			})
		}
	}
}

// TestLooks: the page can be read on a phone, without scripts, and on paper; screenshots
// are kept with -shots.
func TestLooks(t *testing.T) {
	_, address := pageOf(t, burstReport(t, 6000))
	b := newTab(t)
	for _, colors := range []string{"light", "dark"} {
		b.prefer(colors)
		b.screen(1200, 900, false)
		b.open(address)
		b.shot(colors)
		b.screen(390, 844, true)
		b.open(address)
		if got := eval[int](b, "document.documentElement.scrollWidth"); got > 390 {
			t.Errorf("the page is %d pixels wide on a phone", got)
		}
		b.shot("phone-" + colors)
	}
	b.screen(1200, 900, false)
	pdf, err := chromedp.Run(b.Context, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		t.Fatal(err)
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "print.pdf"), pdf, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if sheets := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1); len(sheets) == 0 || len(sheets) > 10 {
		t.Errorf("%d sheets of paper", len(sheets))
	}
	if box := regexp.MustCompile(`/MediaBox\s*\[0 0 59[45][.\d]* 84[12]`); !box.Match(pdf) {
		t.Error("the paper is not A4")
	}
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open(address)
	if got := eval[bool](b, "document.querySelector('button:not(#download)') == null && document.querySelector('.tools').offsetParent == null"); !got {
		t.Error("without scripts there are buttons that do nothing")
	}
	b.click("#sample summary")
	for _, row := range []string{"first", "last"} {
		// A browser lays out a row when it comes into the window.
		element := `document.querySelector(".rows tbody tr:` + row + `-child")`
		eval[chromedp.Void](b, element+`.scrollIntoView({block: "center"})`)
		b.window("no-script-" + row)
		if !eval[bool](b, element+`.checkVisibility({contentVisibilityAuto: true})`) {
			t.Errorf("without scripts the %s row cannot be read", row)
		}
	}
}

// TestSpeed measures how fast a page of 5,000 rows opens. It is told, and is no condition.
func TestSpeed(t *testing.T) {
	name, address := pageOf(t, burstReport(t, 20_000))
	b := newTab(t)
	b.open(address)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	paint := eval[float64](b, `new Promise(done => new PerformanceObserver(l => done(l.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0)).observe({type: "paint", buffered: true}))`)
	loaded := eval[float64](b, `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`)
	shown := eval[float64](b, `new Promise(done => { const begin = performance.now(); document.querySelector("#sample").open = true; requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin))) })`)
	nodes := eval[int](b, `document.querySelectorAll("*").length`)
	t.Logf("%d bytes, %d without the rows; %d elements; first paint after %.0f ms, all there after %.0f ms, rows shown in %.0f ms", info.Size(), size(t, name), nodes, paint, loaded, shown)
	if nodes > 60_000 {
		t.Errorf("%d elements", nodes)
	}
	if info.Size() > 8<<20 || size(t, name) > 300_000 {
		t.Errorf("%d bytes, %d without the rows", info.Size(), size(t, name))
	}
}
