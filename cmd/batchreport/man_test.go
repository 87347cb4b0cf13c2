package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/manual"
)

// TestMan checks that there is a page for every command and topic, that programs which set
// them have nothing to warn of, and that what they show is all that the help says.
func TestMan(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := &app{}
	if err := a.man([]string{folder}); err != nil {
		t.Fatal(err)
	}
	for _, e := range commands() {
		text := shown(t, filepath.Join(folder, "man1", "batchreport-"+e.Name+".1"))
		newCommandFlags(e.Name, e.create()).all.VisitAll(func(f *pflag.Flag) {
			_, usage := pflag.UnquoteUsage(f)
			if !strings.Contains(text, " --"+f.Name+" ") || !strings.Contains(text, plainText(usage)) {
				t.Errorf("%s does not show --%s and its help", e.Name, f.Name)
			}
		})
		_, about, _ := strings.Cut(e.About, "\n\n")
		if !strings.Contains(text, plainText(about)) {
			t.Errorf("%s does not show what the help says of it", e.Name)
		}
		for _, example := range e.Examples {
			if !strings.Contains(text, plainText("batchreport "+example)) {
				t.Errorf("%s does not show %s", e.Name, example)
			}
		}
	}
	for _, topic := range topics() {
		text := shown(t, filepath.Join(folder, "man7", "batchreport-"+topic.Name+".7"))
		if !strings.Contains(text, plainText(topic.Text())) {
			t.Errorf("%s does not show all of its text", topic.Name)
		}
		if name := "BATCHREPORT-" + strings.ToUpper(topic.Name) + "(7)"; !strings.HasPrefix(text, name+" batchreport "+name+" ") {
			t.Errorf("%s: its heading has other words: %.80s", topic.Name, text)
		}
	}
	if text := shown(t, filepath.Join(folder, "man1", "batchreport.1")); !strings.Contains(text, plainText(manual.EnvironmentHelp)) {
		t.Error("the page of the program does not show how the environment sets flags")
	}
}

// shown returns what groff shows of a page. It fails if groff or mandoc warn of anything.
func shown(t *testing.T, page string) string {
	t.Helper()
	shown, warnings := setPage(t, exec.Command("groff", "-man", "-ww", "-Tutf8", "-P-bcou", page))
	_, more := setPage(t, exec.Command("mandoc", "-T", "lint", "-W", "style", page))
	for line := range strings.Lines(warnings + more) {
		if !strings.Contains(line, "missing date") { // which a test binary does not know
			t.Error(line)
		}
	}
	return strings.ReplaceAll(plainText(shown), ` \ `, " ") // at the end of a command's line
}

func setPage(t *testing.T, cmd *exec.Cmd) (shown, warnings string) {
	t.Helper()
	if cmd.Err != nil && os.Getenv("TESTS_SKIP_NOTHING") == "" {
		t.Skip(cmd.Err) // Go and make are all that make test needs; .ci/run installs the rest
	}
	if cmd.Err != nil {
		t.Fatal(cmd.Err)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if cmd.Args[0] == "mandoc" { // warns on standard output
		return "", stdout.String() + stderr.String()
	}
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.Bytes())
	}
	return stdout.String(), stderr.String()
}

// plainText returns the words of a text with a space between them.
func plainText(text string) string { return strings.Join(strings.Fields(text), " ") }
