package main

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/convert/ledger"
	"batchreport/convert/table"
	"batchreport/schema"
)

// TestJSONHelp checks that every member of what --json prints, and of a commit
// record, is explained.
func TestJSONHelp(t *testing.T) {
	t.Parallel()
	for _, v := range []any{convertResult{}, overviewResult{}, planResult{}, taskResult{}, shareResult{}, verifyResult{}, leftoversResult{}, deltaResult{}, ddlResult{}, failedResult{}, retryResult{}, versionResult{}, ledger.Register{}} {
		for _, name := range members(reflect.TypeOf(v)) {
			if !regexp.MustCompile(`\b` + name + `\b`).MatchString(jsonHelp) {
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
			a := &app{stdout: &out, environ: []string{"COLUMNS=" + columns}}
			if err := a.help([]string{e.name}); err != nil {
				t.Fatal(err)
			}
			width := map[string]int{"40": 40, "60": 60, "80": 80, "132": 132}[columns]
			for line := range strings.Lines(out.String()) {
				if len(strings.TrimSuffix(line, "\n")) > width && len(strings.Fields(line)) > 1 {
					t.Errorf("%s: wider than %s: %s", e.name, columns, line)
				}
			}
			if !strings.Contains(out.String(), "Examples:\n  batchreport "+e.name) {
				t.Errorf("%s has no examples", e.name)
			}
		}
		flags := newCommandFlags(e.name, e.create())
		flags.all.VisitAll(func(f *pflag.Flag) {
			text := strings.Join(strings.Fields(flags.flagHelp(f, 80)), " ")
			if f.Name != "help" && !strings.Contains(text, "(default ") && !strings.Contains(text, "(needed") {
				t.Errorf("%s --%s: no default: %s", e.name, f.Name, text)
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

// TestColumnsHelp checks that every column says where its values are from.
func TestColumnsHelp(t *testing.T) {
	t.Parallel()
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		if c.About() == "" || !strings.Contains(columnsHelp(), "  "+c.String()+" ") {
			t.Errorf("%s is not in the list", c)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	const text = "  name   words that go on\nshort\n"
	const want = "  name   words\n         that go\n         on\nshort\n"
	if got := fit(text, 18); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
