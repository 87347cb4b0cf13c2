// Command progress reads what go test -json says and tells it in short while the tests
// run: a line for each test of more than a second, all that a test which failed
// had to say, and the line that go test ends each package with.
//
// Plain go test keeps all output of a package back until the packages before it
// have ended. Whether tests failed is told by go test's exit status.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() { tell(os.Stdin, os.Stdout) }

// event is a line of go test -json, which go doc test2json describes.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64 // in seconds, without those of parallel subtests
}

// test is a test that has begun and not ended.
type test struct {
	said     strings.Builder
	subtests float64 // seconds that they took, those at once added up
}

// long are the seconds from which on a test has a line of its own.
const long = 1

func tell(in io.Reader, out io.Writer) {
	running := map[string]*test{} // by package and name
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			fmt.Fprint(out, line) // somebody else says this
		} else {
			e.tell(running, out)
		}
		if err != nil {
			return
		}
	}
}

func (e *event) tell(running map[string]*test, out io.Writer) {
	name := e.Package + " " + e.Test
	t := running[name]
	switch {
	case e.Action == "output" && t != nil:
		if !strings.HasPrefix(e.Output, "=== ") {
			t.said.WriteString(e.Output)
		}
	case strings.HasSuffix(e.Action, "output") && e.Output != "PASS\n": // of a package, or of its build
		fmt.Fprint(out, e.Output)
	case e.Action == "run":
		running[name] = &test{}
	case e.Test == "" && e.Action == "fail":
		// A process that died did not tell the end of these.
		for _, name := range slices.Sorted(maps.Keys(running)) {
			if strings.HasPrefix(name, e.Package+" ") {
				fmt.Fprint(out, running[name].said.String())
				delete(running, name)
			}
		}
	case t != nil && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip"):
		delete(running, name)
		if e.Action == "fail" {
			fmt.Fprint(out, t.said.String())
		}
		took := max(e.Elapsed, t.subtests)
		if strings.Contains(e.Test, "/") {
			// A name may have a slash of its own.
			for i := strings.LastIndexByte(name, '/'); i > len(e.Package); i = strings.LastIndexByte(name[:i], '/') {
				if parent := running[name[:i]]; parent != nil {
					parent.subtests += took
					break
				}
			}
		} else if took >= long {
			fmt.Fprintf(out, "%s\t%s %.1fs\n", e.Action, name, took)
		}
	}
}
