package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/batchreport/internal/topic"
)

// TestExitCodesHelp checks that what schedulers are told has a line for every exit code,
// and that the list of all codes has those of every command.
func TestExitCodesHelp(t *testing.T) {
	t.Parallel()
	all, schedulers := allExitCodes(), topic.ExitCodes(commandsEnding(hasUnreadRows))
	for _, e := range commands() {
		for _, how := range e.Endings {
			code := strconv.Itoa(how.Code)
			if !regexp.MustCompile(`(?m)^ +` + code + `  +(go on|retry|do not retry|look)  `).MatchString(schedulers) {
				t.Errorf("nothing is said of exit code %s", code)
			}
			if !regexp.MustCompile(`(?m)^ +` + code + `  `).MatchString(all) {
				t.Errorf("exit code %s of %s is not listed", code, e.Name)
			}
		}
	}
}

// TestEndings checks that commands end in scripts as their help says.
func TestEndings(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("testdata/script/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, script := range append(scripts, more...) {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^exits (\d+) batchreport ([a-z]+)`).FindAllSubmatch(text, -1) {
			for _, e := range commands() {
				if e.Name != string(m[2]) {
					continue
				}
				checked++
				if !slices.ContainsFunc(e.Endings, func(how manual.Ending) bool { return strconv.Itoa(how.Code) == string(m[1]) }) {
					t.Errorf("%s: the help of %s does not list exit code %s", script, e.Name, m[1])
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d commands are in scripts", checked)
	}
}
