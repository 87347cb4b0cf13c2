package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"batchreport/cmd/batchreport/internal/topic"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/s3"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// TestReadme runs the commands of the README, those after "$ " in its blocks of
// ```console, and compares what they print with the lines that follow. Three
// dots stand for any number of lines; times and sizes are not compared. What the
// examples write to /tmp goes to a folder of the test, and so does what make installs.
func TestReadme(t *testing.T) {
	readme := readReadme(t)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "testdata"), filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	server := storagetest.StartS3(t)
	putReadmeReport(t, server, filepath.Join(root, "testdata", "reports", "seed"))
	// The README's two buckets are folders of the server's only one.
	places := strings.NewReplacer("s3://my-", "s3://"+server.Bucket+"/my-", "/tmp/", dir+"/")
	for _, example := range readmeExamples(places.Replace(readme)) {
		cmd := exec.Command("sh", "-c", example.command)
		cmd.Dir = dir
		isMake := strings.HasPrefix(example.command, "make ")
		if isMake {
			cmd.Dir = root
		}
		cmd.Env = append(os.Environ(), "GOBIN="+filepath.Join(dir, "bin"), "GOFLAGS="+os.Getenv("GOFLAGS")+" -ldflags=-w") // of what only debuggers read nothing is linked
		for name, value := range server.Env() {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		output, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (isMake || !errors.As(err, &exit)) {
			t.Fatalf("$ %s: %v\n%s", example.command, err, output)
		}
		if got := string(output); !example.matches(got) {
			t.Errorf("$ %s\nprints\n%s\nnot\n%s", example.command, got, example.output)
		}
	}
}

// readReadme returns the README.
func readReadme(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(readme)
}

// TestReadmeColumns compares the README's table of columns with the columns.
func TestReadmeColumns(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	for _, column := range schema.AllColumns() {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", column, topic.ColumnType(column), column.About())
	}
	if readme := readReadme(t); !strings.Contains(readme, "| column | type | from |\n|---|---|---|\n"+want.String()+"\n") {
		t.Errorf("the README's table of columns is not\n%s", want.String())
	}
}

// TestReadmeGo compiles the README's Go programs.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	slow(t, "compiles programs")
	programs := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readReadme(t), -1)
	if len(programs) == 0 {
		t.Fatal("the README has no Go program")
	}
	for _, program := range programs {
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(program[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		if output, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
			t.Errorf("%s\n%s", output, program[1])
		}
	}
}

// putReadmeReport puts a report where the README reads one from.
func putReadmeReport(t *testing.T, server *storagetest.Server, report string) {
	t.Helper()
	for name, value := range server.Env() {
		t.Setenv(name, value)
	}
	store, err := s3.New(t.Context(), s3.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for info, err := range (disk.Store{}).List(t.Context(), report) {
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		key := strings.TrimPrefix(info.Name, report+"/")
		if err := store.Put(t.Context(), "s3://"+server.Bucket+"/my-reports/"+key, data); err != nil {
			t.Fatal(err)
		}
	}
}

// readmeExample is a command and what it prints.
type readmeExample struct{ command, output string }

// readmeExamples returns the examples of a README, in order.
func readmeExamples(readme string) []readmeExample {
	var examples []readmeExample
	inside := false
	for line := range strings.Lines(readme) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.TrimSpace(line) == "```console"
		case inside && isCommand:
			examples = append(examples, readmeExample{command: command})
		case inside && len(examples) > 0:
			last := &examples[len(examples)-1]
			if strings.HasSuffix(last.command, "\\\n") {
				last.command += line
			} else {
				last.output += line
			}
		}
	}
	return examples
}

// measured matches the times and sizes that differ from run to run and from release to
// release.
var measured = regexp.MustCompile(`\b[0-9.]+ (?:[kMG]?(B)|(s))\b`)

func (e readmeExample) matches(output string) bool {
	mask := func(s string) string { return strings.TrimSpace(measured.ReplaceAllString(s, "N $1$2")) }
	pattern := regexp.QuoteMeta(mask(e.output))
	pattern = strings.ReplaceAll(pattern, `\.\.\.`, `(?s:.*)`)
	ok, err := regexp.MatchString("^"+pattern+"$", mask(output))
	return ok && err == nil
}

func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	examples := readmeExamples("text\n```console\n$ echo a \\\n  b\n1.5 kB in 3 s\n...\nend\n```\n```sh\n$ not this\n```\n")
	if len(examples) != 1 || examples[0].command != "echo a \\\n  b\n" {
		t.Fatalf("got %q", examples)
	}
	for output, want := range map[string]bool{
		"2 kB in 0.1 s\nx\ny\nend\n":  true,
		"2 rows in 0.1 s\nx\nend\n":   false,
		"2 kB in 0.1 s\nx\nend\nmore": false,
	} {
		if got := examples[0].matches(output); got != want {
			t.Errorf("%q: %t, want %t", output, got, want)
		}
	}
}
