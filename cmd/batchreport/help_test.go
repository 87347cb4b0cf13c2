package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/batchreport/internal/topic"
	"batchreport/convert/ledger"
	"batchreport/convert/table"
)

// TestJSONHelp checks that every member of what --json prints, and of a commit
// record, is explained.
func TestJSONHelp(t *testing.T) {
	t.Parallel()
	for _, v := range []any{convertResult{}, summaryResult{}, planResult{}, taskResult{}, shareResult{}, verifyResult{}, leftoversResult{}, deltaResult{}, ddlResult{}, result.Failed{}, retryResult{}, versionResult{}, ledger.Register{}} {
		for _, name := range members(reflect.TypeOf(v)) {
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(topic.JSON) {
				t.Errorf("%T has a member %s, which help json does not explain", v, name)
			}
		}
	}
	flags := newCommandFlags("convert", &convertCommand{}).all
	for _, name := range members(reflect.TypeOf(table.Spec{})) {
		if name != "column" && name != "kind" && name != "cause_rules" && flags.Lookup(strings.ReplaceAll(name, "_", "-")) == nil {
			t.Errorf("the option %s has another name than its flag", name)
		}
	}
}

// members returns the names of the members of a type's JSON, at any depth, but for
// those of a table's spec and of what is pending, which are no business of users.
func members(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return members(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" && !f.Anonymous {
			continue
		}
		if name != "" {
			names = append(names, name)
		}
		if name != "options" && name != "pendings" && name != "extract" && name != "cli_input_json" && f.Type.PkgPath() != "time" {
			names = append(names, members(f.Type)...)
		}
	}
	return names
}

// TestHelp checks that the help of every command fits terminals, and that it has
// examples and the default of every flag.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, e := range commands() {
		for _, columns := range []string{"40", "60", "80", "132"} {
			var out strings.Builder
			a := &app{stdout: &out, env: []string{"COLUMNS=" + columns}}
			if err := a.help([]string{e.Name}); err != nil {
				t.Fatal(err)
			}
			width := map[string]int{"40": 40, "60": 60, "80": 80, "132": 132}[columns]
			for line := range strings.Lines(out.String()) {
				isWhole := strings.Contains(line, "batchreport completion ") || strings.Contains(line, "'")
				if len(strings.TrimSuffix(line, "\n")) > width && len(strings.Fields(strings.TrimSuffix(line, " \\\n"))) > 1 && !isWhole {
					t.Errorf("%s: wider than %s: %s", e.Name, columns, line)
				}
			}
			if !strings.Contains(out.String(), "Examples:\n  batchreport "+e.Name) {
				t.Errorf("%s has no examples", e.Name)
			}
		}
		flags := newCommandFlags(e.Name, e.create())
		flags.all.VisitAll(func(f *pflag.Flag) {
			text := strings.Join(strings.Fields(flags.manual().FlagHelp(f, 80)), " ")
			if f.Name != "help" && !strings.Contains(text, "(default ") && !strings.Contains(text, "(needed") {
				t.Errorf("%s --%s: no default: %s", e.Name, f.Name, text)
			}
		})
	}
	for _, topic := range []string{"columns", "json", "exit-codes", "help"} {
		var out strings.Builder
		if err := (&app{stdout: &out}).help([]string{topic}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if len(line) > 81 {
				t.Errorf("%s: too wide: %s", topic, line)
			}
		}
	}
}

// TestHelpIsFilled: no line of any help is followed by one that goes on with it, and whose
// first word would have had room behind it. Commands that are broken end in a backslash.
func TestHelpIsFilled(t *testing.T) {
	t.Parallel()
	names := []string{"columns", "json", "exit-codes", "help"}
	for _, e := range commands() {
		names = append(names, e.Name)
	}
	for _, name := range names {
		for _, width := range []int{40, 80, 120} {
			var out strings.Builder
			if err := (&app{stdout: &out, env: []string{fmt.Sprintf("COLUMNS=%d", width)}}).help([]string{name}); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(out.String(), "\n")
			for i, line := range lines[1:] {
				before, word := lines[i], firstWord(line)
				isCommand := strings.HasPrefix(line, "  #") || strings.HasPrefix(strings.TrimLeft(line, " "), "batchreport ")
				broken := strings.HasPrefix(line, "      ") && strings.HasPrefix(before, "  batchreport ")
				if broken && !strings.HasSuffix(before, ` \`) {
					t.Errorf("%s, %d columns: the command goes on: %s", name, width, before)
				}
				indent := len(line) - len(strings.TrimLeft(line, " "))
				goesOn := word != "" && before != "" && !isCommand && (broken || indent == columnOfText(before))
				if goesOn && len(before)+1+len(word) <= min(width, terminal.WidestText) {
					t.Errorf("%s, %d columns: %q has room behind: %s", name, width, word, before)
				}
			}
		}
	}
}

// columnOfText returns where the text of a line begins, behind a name and a gap if it has any.
func columnOfText(line string) int {
	text := strings.TrimLeft(line, " ")
	if gap := strings.LastIndex(text, "  "); gap > 0 {
		text = text[gap+2:]
	}
	return len(line) - len(text)
}

// firstWord returns what has to fit behind the line before: a word, or a command that
// stays whole.
func firstWord(line string) string {
	line = strings.TrimLeft(line, " ")
	if strings.HasPrefix(line, "source <(") {
		return line
	}
	if quoted, isQuoted := strings.CutPrefix(line, "'"); isQuoted {
		return line[:strings.Index(quoted, "'")+2]
	}
	word, _, _ := strings.Cut(line, " ")
	return word
}
