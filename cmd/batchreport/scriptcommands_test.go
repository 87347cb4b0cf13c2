package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
)

// scriptCommands are what scripts can do beside the commands of testscript:
//
//	exits CODE program args...   runs a program that must exit with the code
//	interrupt CODE args...       runs batchreport, sends SIGINT once it reads its endless standard input
//	terminate CODE args...       is interrupt with SIGTERM
//	ls FOLDER                    prints the names in a folder, F for fingerprints
//	get FOLDER PATTERN           prints the one object that matches, decompressed
//	put FOLDER DEST              stores the files of a local folder
//
// The last three accept s3:// addresses in store too.
func scriptCommands(store storage.Store) map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	type command = func(ts *testscript.TestScript, neg bool, args []string)
	return map[string]command{
		"exits":     func(ts *testscript.TestScript, _ bool, args []string) { exits(ts, args[0], args[1], args[2:]) },
		"interrupt": func(ts *testscript.TestScript, _ bool, args []string) { interrupt(ts, os.Interrupt, args[0], args[1:]) },
		"terminate": func(ts *testscript.TestScript, _ bool, args []string) {
			interrupt(ts, syscall.SIGTERM, args[0], args[1:])
		},
		"ls":  func(ts *testscript.TestScript, _ bool, args []string) { ls(ts, store, args[0]) },
		"get": func(ts *testscript.TestScript, _ bool, args []string) { get(ts, store, args[0], args[1]) },
		"put": func(ts *testscript.TestScript, _ bool, args []string) { put(ts, store, args[0], args[1]) },
	}
}

func exits(ts *testscript.TestScript, code, program string, args []string) {
	err := ts.Exec(program, args...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	checkExit(ts, code, exit)
}

// checkExit checks the exit code of a program that left with exit, nil for success.
func checkExit(ts *testscript.TestScript, want string, exit *exec.ExitError) {
	code := 0
	if exit != nil {
		code = exit.ExitCode()
	}
	if got := strconv.Itoa(code); got != want {
		ts.Fatalf("exit code %s, want %s", got, want)
	}
}

func interrupt(ts *testscript.TestScript, sig os.Signal, code string, args []string) {
	cmd := exec.Command("batchreport", args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = os.Environ()
	for _, name := range []string{"TMPDIR", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	stdin, err := cmd.StdinPipe()
	ts.Check(err)
	defer stdin.Close()
	ts.Check(cmd.Start())
	// This is more than a pipe holds: when all of it is written, some of it was read.
	_, err = io.WriteString(stdin, strings.Repeat("bucket,key,,succeeded,200,,Successful\r\n", 100_000))
	ts.Check(err)
	ts.Check(cmd.Process.Signal(sig))
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	checkExit(ts, code, exit)
}

// fingerprint matches the part of a name that depends on the inputs and options of a job.
var fingerprint = regexp.MustCompile(`[0-9a-f]{16,64}-`)

// objects returns the names of the objects in a folder, below it and in full.
func objects(ts *testscript.TestScript, store storage.Store, folder string) (names []string, full map[string]string) {
	if !storage.IsS3(folder) {
		folder, store = ts.MkAbs(folder), disk.Store{}
	}
	full = map[string]string{}
	for info, err := range store.List(context.Background(), folder) {
		ts.Check(err)
		name := strings.TrimPrefix(info.Name, storage.Join(folder, ""))
		names = append(names, name)
		full[name] = info.Name
	}
	return names, full
}

func ls(ts *testscript.TestScript, store storage.Store, folder string) {
	names, _ := objects(ts, store, folder)
	stdout := ts.Stdout() // replaces the output of the last command, also where there are no names
	for _, name := range names {
		fmt.Fprintln(stdout, fingerprint.ReplaceAllString(name, "F-"))
	}
}

func get(ts *testscript.TestScript, store storage.Store, folder, pattern string) {
	names, full := objects(ts, store, folder)
	var found []string
	for _, name := range names {
		ok, err := path.Match(pattern, name)
		ts.Check(err)
		if ok {
			found = append(found, full[name])
		}
	}
	if len(found) != 1 {
		ts.Fatalf("%d objects match %s: %q", len(found), pattern, found)
	}
	if !storage.IsS3(found[0]) {
		store = disk.Store{}
	}
	r, err := store.Open(context.Background(), found[0], "")
	ts.Check(err)
	data, err := io.ReadAll(r)
	ts.Check(errors.Join(err, r.Close()))
	ts.Check(decompress(ts.Stdout(), found[0], data))
}

func decompress(to io.Writer, name string, data []byte) error {
	var r io.Reader = bytes.NewReader(data)
	switch path.Ext(name) {
	case ".gz":
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		r = z
	case ".zst":
		z, err := zstd.NewReader(r)
		if err != nil {
			return err
		}
		defer z.Close()
		r = z
	}
	_, err := io.Copy(to, r)
	return err
}

func put(ts *testscript.TestScript, store storage.Store, folder, dest string) {
	names, full := objects(ts, nil, folder)
	for _, name := range names {
		data, err := os.ReadFile(full[name])
		ts.Check(err)
		ts.Check(store.Put(context.Background(), storage.Join(dest, name), data))
	}
}
