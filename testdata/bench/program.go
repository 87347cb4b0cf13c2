package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// program is a way to run a program on a report.
type program struct {
	name string
	args []string // what is run, without the report and where to write
	env  []string // more than this process has
	last []string // arguments after those two
	in   string   // the report; default the folder of on
	out  string   // where to write; default dir
	dir  string   // where what it writes is found; default a folder of the bench

	on     report
	answer answerOf // how its table is read; none if that is not compared
}

// usage is what a run took and wrote.
type usage struct {
	wall, cpu time.Duration
	rss       int64 // bytes, the highest
	bytes     int64
	files     int
	others    float64 // share of the machine that others took meanwhile
}

// run runs a program once. Its output is there until clear.
func (b *bench) run(ctx context.Context, p program) (usage, error) {
	if err := b.clear(p); err != nil {
		return usage{}, err
	}
	args := append(append([]string(nil), p.args...), either(p.in, p.on.job), either(p.out, b.dir(p)))
	args = append(args, p.last...)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), p.env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	begin, before := time.Now(), busy()
	err := cmd.Run()
	u := usage{wall: time.Since(begin)}
	all := busy() - before
	if err != nil {
		if ctx.Err() != nil {
			return u, context.Cause(ctx)
		}
		return u, fmt.Errorf("run %s: %w: %s", p.name, err, tail(output.Bytes()))
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	u.others = max(0, (all-u.cpu).Seconds()) / (u.wall.Seconds() * float64(runtime.NumCPU()))
	u.rss = maxRSS(cmd.ProcessState)
	if u.bytes, u.files, err = folderSize(b.dir(p)); err != nil {
		return u, fmt.Errorf("look at what %s wrote: %w", p.name, err)
	}
	b.others = append(b.others, u.others)
	b.say("%-24s %6.2f s, CPU %6.2f s, %5s MiB, %s in %d files; others took %2.0f %%",
		p.name, u.wall.Seconds(), u.cpu.Seconds(), mebi(u.rss), size(u.bytes), u.files, u.others*100)
	return u, nil
}

func (b *bench) dir(p program) string { return either(p.dir, b.out()) }

// clear deletes what a run left.
func (b *bench) clear(p program) error {
	if err := os.RemoveAll(b.dir(p)); err != nil {
		return err
	}
	return os.RemoveAll(b.dir(p) + ".spill")
}

// ours is our command.
func (b *bench) ours(name string, on report, flags ...string) program {
	return program{name: name, args: append([]string{b.binary, "convert", "--quiet"}, flags...), on: on}
}

// peer is a script of the folder of peers, on all cores.
func (b *bench) peer(name, script, work string, on report) program {
	return program{name: name, args: []string{"node", filepath.Join(b.config.peers, script), work}, last: []string{strconv.Itoa(runtime.NumCPU())}, on: on}
}

// onCores is the program on so many cores.
func (p program) onCores(n int) program {
	if taskset, err := exec.LookPath("taskset"); err == nil {
		p.args = append([]string{taskset, "--cpu-list", fmt.Sprintf("0-%d", n-1)}, p.args...)
	}
	p.env = append(p.env, "GOMAXPROCS="+strconv.Itoa(n))
	return p
}

func either(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// tail is the end of what a program said.
func tail(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
