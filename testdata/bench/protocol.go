package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"batchreport/convert"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/s3"
)

// What a report in tasks costs beside its rows: planning, the start of a task, tasks that
// have next to nothing to do, and the commit, for the first time and where it replaces a
// table of other options. Each result file is a task, and all are one file by many names.

// step is what a step took.
type step struct {
	name      string
	wall, cpu time.Duration
	rss       int64
	note      string
}

// protocol measures reports of so many tasks on disk and, with the delay, on S3; and the
// plan of one with many files.
func (b *bench) protocol(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "# What %s costs beside the rows\n\nThe commit on S3 has %s for each request, of the others none.\n", filepath.Base(b.binary), b.delay)
	for _, tasks := range b.tasks {
		for _, on := range []string{"disk", "S3"} {
			if on == "S3" && b.versitygw == "" {
				continue
			}
			steps, err := b.inTasks(ctx, tasks, on == "S3")
			if err != nil {
				return err
			}
			writeSteps(w, fmt.Sprintf("%d tasks, %s", tasks, on), steps)
		}
	}
	if b.files == 0 {
		return nil
	}
	steps, err := b.planned(ctx, b.files)
	if err == nil {
		writeSteps(w, fmt.Sprintf("%d result files, disk", b.files), steps)
	}
	return err
}

func writeSteps(w io.Writer, title string, steps []step) {
	fmt.Fprintf(w, "\n## %s\n\n", title)
	var lines [][]string
	for _, s := range steps {
		memory := ""
		if s.rss > 0 {
			memory = mebi(s.rss)
		}
		lines = append(lines, []string{s.name, fmt.Sprintf("%.2f", s.wall.Seconds()), fmt.Sprintf("%.2f", s.cpu.Seconds()), memory, s.note})
	}
	table(w, []string{"step", "wall s", "CPU s", "peak RSS MiB", ""}, lines)
}

// linked makes a report of so many files, which are links to one of one row.
func (b *bench) linked(files int) (job string, err error) {
	const row = "bucket,key-1,,succeeded,200,,Successful\r\n"
	job = filepath.Join(b.scratch, "report", "job-00000000-0000-4000-8000-000000000000")
	results := filepath.Join(job, "results")
	if err := os.RemoveAll(job); err != nil {
		return "", err
	}
	if err := os.MkdirAll(results, 0o777); err != nil {
		return "", err
	}
	one := filepath.Join(b.scratch, "row.csv")
	if err := os.WriteFile(one, []byte(row), 0o666); err != nil {
		return "", err
	}
	hash := md5.Sum([]byte(row))
	file, err := os.Create(filepath.Join(job, "manifest.json"))
	if err != nil {
		return "", err
	}
	defer file.Close()
	manifest := bufio.NewWriter(file)
	fmt.Fprint(manifest, `{"Format":"Report_CSV_20180820","ReportCreationDate":"2026-11-01T00:00:00Z","Results":[`)
	for i := range files {
		name := fmt.Sprintf("%040x.csv", i)
		if err := os.Link(one, filepath.Join(results, name)); err != nil {
			return "", err
		}
		if i > 0 {
			fmt.Fprint(manifest, ",")
		}
		fmt.Fprintf(manifest, `{"TaskExecutionStatus":"succeeded","Bucket":"reports","MD5Checksum":%q,"Key":"a/prefix/%s/results/%s"}`,
			hex.EncodeToString(hash[:]), filepath.Base(job), name)
	}
	fmt.Fprint(manifest, `],"ReportSchema":"Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"}`)
	return job, manifest.Flush()
}

// inTasks measures a report of so many tasks.
func (b *bench) inTasks(ctx context.Context, tasks int, onS3 bool) ([]step, error) {
	source, err := b.linked(tasks)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dest := b.out()
	defer os.RemoveAll(dest)
	var env, near []string
	var far *proxy
	if onS3 {
		folder := filepath.Join(b.scratch, "s3")
		defer os.RemoveAll(folder)
		server, err := startServer(ctx, b.versitygw, folder)
		if err != nil {
			return nil, err
		}
		defer server.stop()
		if far, err = startProxy(server, b.delay); err != nil {
			return nil, err
		}
		defer far.close()
		dest, near = server.url("table"), server.env()
		env = append(near, "AWS_ENDPOINT_URL="+far.url)
	}
	var steps []step
	for _, round := range []string{"first", "other options"} {
		planFile := filepath.Join(b.scratch, "plan.json")
		flags := []string{"--task-size", "1", "--out", planFile, source, dest}
		if round != "first" {
			flags = append([]string{"--level", "2"}, flags...)
		}
		for _, run := range []struct {
			name string
			args []string
		}{
			{"plan", append([]string{"plan"}, flags...)},
			{"task, begun", []string{"task", "--dry-run", "--plan", planFile, "--index", fmt.Sprint(tasks / 2)}},
			{"tasks", nil},
			{"commit", []string{"commit", "--plan", planFile}},
		} {
			var s step
			if run.args == nil {
				s, err = timed(exec.CommandContext(ctx, self, "tasks", planFile), near)
			} else {
				s, err = b.step(ctx, env, run.args...)
			}
			if err != nil {
				return nil, err
			}
			s.name = round + ": " + run.name
			if far != nil {
				counts := far.take()
				if n := sum(counts); n > 0 {
					s.note = fmt.Sprintf("%d requests, %.2f a task:", n, float64(n)/float64(tasks))
					for _, k := range kinds(counts) {
						s.note += fmt.Sprintf(" %s %d", k, counts[k])
					}
				}
			}
			b.say("%s: %.2f s, CPU %.2f s, %s MiB %s", s.name, s.wall.Seconds(), s.cpu.Seconds(), mebi(s.rss), s.note)
			steps = append(steps, s)
		}
	}
	return steps, nil
}

// planned measures the plan of a report of many files, and the start of a task.
func (b *bench) planned(ctx context.Context, files int) ([]step, error) {
	source, err := b.linked(files)
	if err != nil {
		return nil, err
	}
	planFile := filepath.Join(b.scratch, "plan.json")
	const perTask = "4500" // bytes: some hundred of these files
	var steps []step
	for _, run := range [][]string{
		{"plan", "--task-size", perTask, "--out", planFile, source, b.out()},
		{"task", "--dry-run", "--plan", planFile, "--index", "77"},
		{"abort", "--dry-run", "--plan", planFile},
	} {
		s, err := b.step(ctx, nil, run...)
		if err != nil {
			return nil, err
		}
		s.name = run[0]
		b.say("%s: %.2f s, CPU %.2f s, %s MiB", s.name, s.wall.Seconds(), s.cpu.Seconds(), mebi(s.rss))
		steps = append(steps, s)
	}
	return steps, nil
}

// step runs the command once.
func (b *bench) step(ctx context.Context, env []string, args ...string) (step, error) {
	return timed(exec.CommandContext(ctx, b.binary, args...), append(env, "BATCHREPORT_PATH_STYLE=true"))
}

// timed runs a program once. Its memory is at least what this process has, so this one
// keeps none: see runTasks.
func timed(cmd *exec.Cmd, env []string) (step, error) {
	cmd.Env = append(os.Environ(), env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return step{}, fmt.Errorf("run %s: %w: %s", strings.Join(cmd.Args, " "), err, tail(output.Bytes()))
	}
	return step{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), rss: maxRSS(cmd.ProcessState)}, nil
}

// runTasks runs all tasks of a plan in this process, as the program that made it would,
// some at a time. Another process of this program does so for a measurement.
func runTasks(ctx context.Context, name string) error {
	store := storage.NewMux(disk.Store{}, func() (storage.Store, error) { return s3.New(ctx, s3.Options{PathStyle: true}) })
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var h plan.Header
	if err := json.Unmarshal(data, &h); err != nil {
		return err
	}
	opened, err := plan.Open(ctx, store, name, h.Program)
	if err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	const atOnce = 8
	g.SetLimit(atOnce)
	for index := range h.Totals.Tasks {
		g.Go(func() error {
			part, err := opened.Part(gctx, index)
			if err == nil {
				_, err = convert.RunTask(gctx, store, part, index, convert.Run{Workers: 1})
			}
			return err
		})
	}
	return g.Wait()
}
