// Package engines runs plans on the engines that batchreport deploy prints for: the real
// ones where they can be had, and never AWS. Each test makes the table of its engine the
// one of convert, byte for byte.
package engines

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
)

// engine says which engine is tested: `go test` alone tests none.
var engine = flag.String("engine", "", "`NAME` of the engine to test: batch, slurm, jobs or kubernetes")

// needs skips a test that is not of the engine that is asked for.
func needs(t *testing.T, name string) {
	t.Helper()
	if *engine != name {
		t.Skipf("-engine %s runs it", name)
	}
}

// root is the folder of the module.
const root = "../.."

// program builds batchreport and returns its path.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "engines-")
	if err != nil {
		return "", err
	}
	return build(root, dir, "./cmd/batchreport")
})

// build builds the program of a package into a folder, and returns its path.
func build(module, dir, pkg string) (string, error) {
	cmd := exec.Command("go", "-C", module, "build", "-buildvcs=false", "-o", dir+"/", pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, text)
	}
	return filepath.Join(dir, filepath.Base(pkg)), nil
}

// TestMain removes what was built.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if *engine != "" {
		if path, err := program(); err == nil {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}

// tool is batchreport with an environment.
type tool struct {
	t    *testing.T
	path string
	env  []string
}

// newTool returns batchreport with the environment of the test.
func newTool(t *testing.T) *tool {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return &tool{t: t, path: path, env: os.Environ()}
}

// run runs it and returns what it prints on standard output.
func (b *tool) run(args ...string) string {
	b.t.Helper()
	text, code := b.exit(args...)
	if code != 0 {
		b.t.Fatalf("batchreport %q exits %d", args, code)
	}
	return text
}

// exit runs it and returns what it prints on standard output, and its exit code.
func (b *tool) exit(args ...string) (string, int) {
	b.t.Helper()
	cmd := exec.Command(b.path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = b.env, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	if stderr.Len() > 0 {
		b.t.Logf("batchreport %s\n%s", strings.Join(args, " "), stderr.String())
	}
	return stdout.String(), cmd.ProcessState.ExitCode()
}

// copyFiles stores the files of a local folder below another name.
func copyFiles(t *testing.T, store storage.Store, from, to string) {
	t.Helper()
	from, err := filepath.Abs(from)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return store.Put(context.Background(), storage.Join(to, strings.TrimPrefix(path, from+"/")), data)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// files returns the bytes of all files below a folder or S3 address, by their names there.
func files(t *testing.T, store storage.Store, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for info, err := range store.List(t.Context(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		data, _, err := store.Get(t.Context(), info.Name, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(info.Name, storage.Join(folder, ""))] = string(data)
	}
	return all
}

// same fails the test unless two folders have the same files, and a commit record.
func same(t *testing.T, store storage.Store, got, want string) {
	t.Helper()
	g, w := files(t, store, got), files(t, store, want)
	for name, data := range w {
		if g[name] != data {
			t.Errorf("%s has another %s, or none, than %s", got, name, want)
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s has %s, %s has not", got, name, want)
		}
	}
	if !committed(g) {
		t.Errorf("%s has no commit record", got)
	}
}

// committed reports whether one of the files is a commit record.
func committed(files map[string]string) bool {
	for name := range files {
		if strings.HasSuffix(name, "/commit.json") {
			return true
		}
	}
	return false
}

// startS3 starts an S3 server, and returns it and a store of local files and of what lies there.
func startS3(t *testing.T) (*storagetest.Server, storage.Store) {
	t.Helper()
	server := storagetest.StartS3(t)
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return server, storage.NewMux(disk.Store{}, func() (storage.Store, error) { return store, nil })
}
