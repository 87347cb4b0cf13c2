package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// shots is where screenshots go for people to look at.
var shots = flag.String("shots", "", "folder for screenshots")

// The command and the browser that all tests share.
var (
	program string
	chrome  context.Context
)

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "browser-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "batchreport")
	build := exec.Command("go", "build", "-o", program, "./cmd/batchreport")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // CI is root, for which there is none
		// There is no network: no name leads anywhere but to this machine.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("disable-dev-shm-usage", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	chrome, cancel = chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(chrome); err != nil {
		return 0, fmt.Errorf("start Chromium, which make page installs: %w", err)
	}
	return m.Run(), nil
}

// tab is a tab of the browser, and what happened there.
type tab struct {
	context.Context
	t *testing.T

	mu       sync.Mutex
	requests []string
	errors   []string
}

// newTab opens a tab, which must have seen no error when the test ends.
func newTab(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chrome)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // a tab lives as long as the context of its first step
		t.Fatal(err)
	}
	// Whatever waits for ever is an error of the test.
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	b := &tab{Context: ctx, t: t}
	err := chromedp.Listen(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			b.requests = append(b.requests, e.Request.URL)
		case *runtime.EventConsoleAPICalled:
			b.errors = append(b.errors, fmt.Sprintf("console.%s: %s", e.Type, e.Args[0].Value))
		case *runtime.EventExceptionThrown:
			b.errors = append(b.errors, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			b.errors = append(b.errors, string(e.Entry.Level)+": "+e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, runtime.Enable, cdp.Empty{})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, e := range b.errors {
			t.Error(e)
		}
	})
	return b
}

// do runs actions.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.Context, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// open opens a page, which must make no request.
func (b *tab) open(address string) {
	b.t.Helper()
	b.mu.Lock()
	b.requests = nil
	b.mu.Unlock()
	b.do(chromedp.Navigate(address))
	b.noRequests(address)
}

// noRequests checks that nothing but the page was asked for.
func (b *tab) noRequests(address string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.requests {
		if r != address && !strings.HasPrefix(r, "blob:") {
			b.t.Errorf("the page asked for %s", r)
		}
	}
}

// call runs a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.Context, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// eval returns what an expression comes to in the page.
func eval[V any](b *tab, expression string) V {
	b.t.Helper()
	v, err := chromedp.Run(b.Context, chromedp.Evaluate[V](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// prefer sets the colours that the user prefers.
func (b *tab) prefer(scheme string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// screen sets the size of the window.
func (b *tab) screen(width, height int64, mobile bool) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: mobile})
}

// click clicks an element, as a user does.
func (b *tab) click(selector string) {
	b.t.Helper()
	gesture := func(p *runtime.EvaluateParams) { yes := true; p.UserGesture = &yes }
	_, err := chromedp.Run(b.Context, chromedp.Evaluate[chromedp.Void]("document.querySelector("+strconv.Quote(selector)+").click()", gesture))
	if err != nil {
		b.t.Fatal(err)
	}
}

// openAll opens all that can be opened.
func (b *tab) openAll() {
	b.t.Helper()
	eval[chromedp.Void](b, `for (const d of document.querySelectorAll("details")) d.open = true`)
}

// shot keeps a picture of the whole page, where somebody wants to look at it.
func (b *tab) shot(name string) { b.keep(name, chromedp.FullScreenshot(100)) }

// window keeps a picture of what is in the window.
func (b *tab) window(name string) { b.keep(name, chromedp.CaptureScreenshot()) }

func (b *tab) keep(name string, take chromedp.Action[[]byte]) {
	b.t.Helper()
	png, err := chromedp.Run(b.Context, take)
	if err == nil && *shots == "" {
		return
	}
	if err := errors.Join(err, os.MkdirAll(*shots, 0o777), os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o666)); err != nil {
		b.t.Fatal(err)
	}
}

// summary runs summary, and returns what it prints. Only the exit codes of rows that
// cannot be read and of thresholds are allowed.
func summary(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(program, append([]string{"summary"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != 3 {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return out
}

// pageOf writes the page of a report, and returns its name and address.
func pageOf(t *testing.T, args ...string) (name, address string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "report.html")
	summary(t, append([]string{"--html", name}, args...)...)
	return name, "file://" + name
}
