//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// place is where processes that get killed write their tables.
type place struct {
	name   string
	makes  *tableKind
	store  storage.Store
	env    []string // is added to the environment of the processes
	root   string
	source string
	count  counter       // is nil where no reader counts rows
	pause  time.Duration // of a watch between two looks: it leaves the processors to what it watches

	made map[string]*conversion // by name

	mu      sync.Mutex
	folders int
	started []*process // since fresh was last called
}

// tableKind is a command that makes tables of the report, and how it is run.
type tableKind struct {
	command              string
	parquet, ndjson, few []string // the flags of three conversions
	unit                 string   // what is committed is called
	counted              string   // is a column that has a value in each row
}

// These are the tables of convert. Each conversion makes several tasks of the report.
var converts = &tableKind{
	command: "convert",
	parquet: []string{"--task-size", "50KB"},
	ndjson:  []string{"--task-size", "100KB", "--format", "ndjson", "--partition-by", "task_status,error_code", "--target-file-size", "33KB"},
	few:     []string{"--task-size", "170KB", "--partition-by", "none"},
	unit:    killJob, counted: "report_row",
}

// outcomes are the tables of outcome.
var outcomes = &tableKind{
	command: "outcome",
	parquet: []string{"--target-file-size", "20KB"},
	ndjson:  []string{"--format", "ndjson", "--target-file-size", "33KB"},
	few:     []string{"--partition-by", "none"},
	unit:    outcomeUnit(killJob), counted: "attempts_total",
}

// outcomeUnit returns the name of the unit of outcomes that is made of jobs of these names.
func outcomeUnit(jobs ...string) string {
	h := sha256.New()
	for _, job := range jobs {
		fmt.Fprintln(h, job)
	}
	return table.OutcomeName(h.Sum(nil))
}

// three returns the three conversions.
func (p *place) three(t *testing.T) (parquet, ndjson, few *conversion) {
	t.Helper()
	return p.conversion(t, "parquet", p.makes.parquet...), p.conversion(t, "ndjson", p.makes.ndjson...), p.conversion(t, "few", p.makes.few...)
}

// making returns the place for tables of another kind.
func (p *place) making(kind *tableKind, count func(column string) counter) *place {
	other := &place{
		name: p.name + ", " + kind.command, makes: kind, store: p.store, env: p.env, root: p.root + "/" + kind.command, source: p.source,
		pause: p.pause, made: map[string]*conversion{},
	}
	if p.count != nil {
		other.count = count(kind.counted)
	}
	return other
}

// fresh returns a destination where nothing is.
func (p *place) fresh() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = nil
	p.folders++
	return fmt.Sprintf("%s/table-%d", p.root, p.folders)
}

// said returns what the processes started since the last fresh have said, for the
// messages of tests that fail.
func (p *place) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var said strings.Builder
	for _, pr := range p.started {
		<-pr.exited
		fmt.Fprintf(&said, "%s %v\n%s", pr.cmd.Args[:2], pr.cmd.ProcessState, pr.stderr.Bytes())
	}
	return said.String()
}

// conversion is a way to convert the report of a place, and what comes of it where
// nothing disturbs it.
type conversion struct {
	name   string
	flags  []string
	record *register
	files  map[string]string // all objects in DEST, by their names below it
	took   time.Duration
}

// line returns the command line of a conversion to dest.
func (p *place) line(c *conversion, dest string) []string {
	return append([]string{p.makes.command}, p.args(c, dest)...)
}

// args returns the arguments of the command for a conversion to dest.
func (p *place) args(c *conversion, dest string) []string {
	return slices.Concat([]string{"--max-rejects", "-1"}, c.flags, []string{p.source, dest})
}

// conversion returns a conversion, after running it undisturbed the first time.
func (p *place) conversion(t *testing.T, name string, flags ...string) *conversion {
	t.Helper()
	if c := p.made[name]; c != nil {
		return c
	}
	c := &conversion{name: name, flags: flags}
	dest := p.fresh()
	begin := time.Now()
	p.convert(t, c, dest)
	c.took = time.Since(begin)
	c.files = p.tree(t, dest)
	var err error
	if c.record, err = p.register(t.Context(), dest); err != nil {
		t.Fatal(err)
	}
	if got, want := len(c.files), len(c.record.files())+1; got != want || len(c.record.Outputs) == 0 || len(c.record.Rejects) == 0 {
		t.Fatalf("%s: %d files, the record lists %d: %q", name, got, want, slices.Sorted(maps.Keys(c.files)))
	}
	p.made[name] = c
	return c
}

// convert runs a conversion to its end.
func (p *place) convert(t *testing.T, c *conversion, dest string) {
	t.Helper()
	p.start(t, "batchreport", p.line(c, dest)...).mustExit(t, exit.Rejects)
}

// restore copies to dest what a conversion has made elsewhere; it does nothing for nil.
func (p *place) restore(t *testing.T, c *conversion, dest string) {
	t.Helper()
	if c == nil {
		return
	}
	for name, data := range c.files {
		if err := p.store.Put(t.Context(), storage.Join(dest, name), []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
}

// tree returns all objects in a folder by their names below it.
func (p *place) tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for info, err := range p.store.List(t.Context(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.store.Open(t.Context(), info.Name, "")
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(info.Name, folder+"/")] = string(data)
	}
	return files
}

// check checks that dest is what an undisturbed run makes, to the last byte, and
// that nothing is left unpublished.
func (p *place) check(t *testing.T, c *conversion, dest string) {
	t.Helper()
	files := p.tree(t, dest)
	if diff := difference(files, c.files); diff != "" {
		t.Errorf("%s: %s\n%s", dest, diff, p.said())
	}
	for u, err := range p.store.Unpublished(t.Context(), dest, dest+"/_batchreport") {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("left unpublished: %+v", u)
	}
}

// difference returns how two trees differ; it is empty if they do not.
func difference(got, want map[string]string) string {
	var diff []string
	for name := range got {
		if _, ok := want[name]; !ok {
			diff = append(diff, "there is "+name)
		}
	}
	for name := range want {
		if data, ok := got[name]; !ok {
			diff = append(diff, "there is no "+name)
		} else if data != want[name] {
			diff = append(diff, name+" has other bytes")
		}
	}
	return strings.Join(diff, "; ")
}

// process is a process that a test has started.
type process struct {
	cmd     *exec.Cmd
	stderr  bytes.Buffer
	stdout  bytes.Buffer
	stopped chan string // gets the step at which the process sent itself a signal, if it does, and is closed
	exited  chan struct{}
}

// start starts a program of this test binary, in a process that does not outlive the
// test.
func (p *place) start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	pr := &process{cmd: exec.Command(program, args...), stopped: make(chan string, 1), exited: make(chan struct{})}
	pr.cmd.Env = append(os.Environ(), p.env...)
	pr.cmd.Stderr = &pr.stderr
	out, err := pr.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := pr.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.started = append(p.started, pr)
	p.mu.Unlock()
	go func() {
		defer close(pr.exited)
		r := bufio.NewReader(out)
		line, _ := r.ReadString('\n')
		pr.stdout.WriteString(line)
		if line != "" {
			pr.stopped <- strings.TrimSuffix(line, "\n")
		}
		close(pr.stopped)
		_, _ = pr.stdout.ReadFrom(r)
		_ = pr.cmd.Wait() // ProcessState has what the error would say
	}()
	t.Cleanup(func() {
		_ = pr.cmd.Process.Kill()
		<-pr.exited
		<-pr.exited
	})
	return pr
}

// startSteps starts a conversion that sends itself a signal at step n.
func (p *place) startSteps(t *testing.T, sig syscall.Signal, n int, c *conversion, dest string) *process {
	t.Helper()
	return p.startCommand(t, sig, n, p.makes.command, p.args(c, dest)...)
}

// startCommand starts a command that sends itself a signal at step n.
func (p *place) startCommand(t *testing.T, sig syscall.Signal, n int, command string, args ...string) *process {
	t.Helper()
	return p.start(t, "batchreport-steps", append([]string{strconv.Itoa(int(sig)), strconv.Itoa(int(syscall.SIGCONT)), strconv.Itoa(n), command}, args...)...)
}

// killed waits for the end and reports whether it was a kill.
func (pr *process) killed() bool {
	<-pr.exited
	status, ok := pr.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// mustExit waits for the end and checks the exit code.
func (pr *process) mustExit(t *testing.T, codes ...int) (code int) {
	t.Helper()
	<-pr.exited
	if code = pr.cmd.ProcessState.ExitCode(); !slices.Contains(codes, code) {
		t.Fatalf("%v: %v; want exit code %v\n%s", pr.cmd.Args, pr.cmd.ProcessState, codes, pr.stderr.Bytes())
	}
	return code
}

// frozen waits until the process has stopped itself and returns the step. ok is false
// if the process ended instead.
func (pr *process) frozen(t *testing.T) (step string, ok bool) {
	t.Helper()
	if step, ok = <-pr.stopped; !ok {
		return "", false
	}
	var status syscall.WaitStatus
	_, err := syscall.Wait4(pr.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
	if err != nil || !status.Stopped() {
		t.Fatalf("%v is not stopped: %v, %v", pr.cmd.Args, status, err)
	}
	return step, true
}

// thaw lets a stopped process go on.
func (pr *process) thaw(t *testing.T) {
	t.Helper()
	if err := pr.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// killer kills processes at random moments.
type killer struct {
	random *rand.Rand
	most   int // is how often a command is killed at most
	kills  int // counts the kills that hit a living process

	killed func() // is called after each of them; may be nil
}

// run runs a command line of batchreport, kills it after random times of at most
// 1.2 times what it takes, and restarts it until it ends by itself.
func (k *killer) run(ctx context.Context, t *testing.T, p *place, took time.Duration, args ...string) *process {
	t.Helper()
	for kills := 0; ; kills++ {
		pr := p.start(t, "batchreport", args...)
		if kills < k.most {
			timer := time.NewTimer(time.Duration(k.random.Int64N(int64(took) * 6 / 5)))
			select {
			case <-timer.C:
				_ = pr.cmd.Process.Kill() // fails where the process has ended; killed says so
			case <-pr.exited:
				timer.Stop()
			case <-ctx.Done():
				t.Fatal(context.Cause(ctx))
			}
		}
		if !pr.killed() {
			return pr
		}
		k.kills++
		if k.killed != nil {
			k.killed()
		}
	}
}
