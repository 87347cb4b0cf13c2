package engines

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// daemons starts programs that run until their test ends.
type daemons struct {
	t   *testing.T
	dir string // their working folder
	env []string
}

// start starts a program that is told to end with the test. Where the test fails, the
// end of what it said is shown.
func (d *daemons) start(path string, args ...string) {
	d.t.Helper()
	cmd := exec.Command(path, args...)
	output := &tail{}
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = d.env, d.dir, output, output
	// Where the tests are killed, the program is too: it ends with the thread that has
	// started it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is told to end
		}
	}()
	if err := <-started; err != nil {
		d.t.Fatalf("%v: make engines installs it", err)
	}
	d.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
		}
		if d.t.Failed() {
			d.t.Logf("%s ends with\n%s", path, output)
		}
	})
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (w *tail) Write(p []byte) (int, error) {
	const most = 1 << 13
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	w.text = bytes.Clone(w.text[max(0, len(w.text)-most):])
	return len(p), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.text)
}

// until looks now and then whether something has come true, and fails the test if that
// takes more than four minutes.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	untilEvery(t, 100*time.Millisecond, what, is)
}

// untilEvery is until, with a pause between looks.
func untilEvery(t *testing.T, pause time.Duration, what string, is func() bool) {
	t.Helper()
	const most = 4 * time.Minute
	again, timeout := time.NewTicker(pause), time.NewTimer(most)
	defer again.Stop()
	defer timeout.Stop()
	for !is() {
		select {
		case <-again.C:
		case <-timeout.C:
			t.Fatalf("not true after %s: %s", most, what)
		}
	}
}

// write writes a file into the working folder, and returns its path.
func (d *daemons) write(name, text string, mode os.FileMode) string {
	d.t.Helper()
	path := d.dir + "/" + name
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// freePort returns a port on which nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// goTool builds a tool of one of the modules in testdata/tools, and returns its path.
func goTool(t *testing.T, module, name string) string {
	t.Helper()
	path, err := exec.Command("go", "-C", root+"/testdata/tools/"+module, "tool", "-n", name).Output()
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	return strings.TrimSpace(string(path))
}
