package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/deploy"
	"batchreport/cmd/batchreport/internal/completion"
	"batchreport/cmd/batchreport/internal/threshold"
)

// completed returns how the shell goes on, and the words that it is offered.
func completed(t *testing.T, words ...string) (how string, found []string) {
	t.Helper()
	var out strings.Builder
	if err := (&app{stdout: &out}).complete(words); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		found = append(found, word)
	}
	return found[0], found[1:]
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ line, how, want string }{
		{"con", completion.AsWords, "convert"},
		{"--v", completion.AsWords, "--version"},
		{"nothing ", completion.AsWords, ""},
		{"help js", completion.AsWords, "json"},
		{"help convert ", completion.AsWords, ""},
		{"convert ", completion.AsFiles, ""},
		{"convert a", completion.AsFiles, ""},
		{"convert a ", completion.AsFiles, ""},
		{"convert --col", completion.AsWords, "--columns"},
		{"convert a --sort", completion.AsWords, "--sort-by"},
		{"convert -", completion.AsWords, "..."},
		{"convert -- --col", completion.AsFiles, ""},
		{"convert --sort-by -- --col", completion.AsWords, "--columns"}, // -- is the value here
		{"convert --force --for", completion.AsWords, "--format"},
		{"convert --columns key --col", completion.AsWords, "--columns"}, // may be repeated
		{"convert --format ", completion.AsWords, "parquet ndjson"},
		{"convert --format=", completion.AsWords, "--format=parquet --format=ndjson"},
		{"convert --format=p", completion.AsWords, "--format=parquet"},
		{"convert --format parquet --comp", completion.AsWords, "--compression"},
		{"convert --force=", completion.AsWords, "--force=true --force=false"},
		{"convert --none=", completion.AsWords, ""},
		{"convert --columns key,error_c", completion.AsOpen, "key,error_code"},
		{"convert --columns key,ke", completion.AsOpen, "key,key_encoded"},
		{"convert --columns=key,error_c", completion.AsOpen, "--columns=key,error_code"},
		{`convert --columns "key,error_c`, completion.AsOpen, "key,error_code"},
		{"convert --partition-by report", completion.AsOpen, "report_date"},
		{"convert --bloom no", completion.AsOpen, "none"},
		{"convert --temp-dir ", completion.AsFiles, ""},
		{"convert --workers ", completion.AsWords, ""},
		{"convert --storage-class GLACIER_", completion.AsWords, "GLACIER_IR"},
		{"convert --fail-on fa", completion.AsOpen, "failed>0"},
		{"outcome --columns final", completion.AsOpen, "final_status"},
		{"outcome --partition-by ", completion.AsOpen, "final_status none"},
		{"summary --by key:", completion.AsOpen, "key:1 key:2"},
		{"summary --by bucket,occurred_at:h", completion.AsOpen, "bucket,occurred_at:hour"},
		{"retry --cause unex", completion.AsWords, "unexplained"},
		{"retry --where error_c", completion.AsOpen, "error_code="},
		{"retry --plan ", completion.AsFiles, ""}, // it has no value there
		{"ddl --dialect du", completion.AsWords, "duckdb"},
		{"ddl t", completion.AsFiles, ""},
		{"ddl table ", completion.AsWords, "..."},
		{"task --plan ", completion.AsFiles, ""},
		{"task --plan=", completion.AsFiles, ""},
		{"task --plan p ", completion.AsWords, "..."},
		{"version ", completion.AsWords, "--help --json --log-format --quiet --verbose"},
		{"completion f", completion.AsWords, "fish"},
		{"completion fish ", completion.AsWords, "..."},
		{completeCommand + " ", completion.AsWords, ""},
	} {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			how, found := completed(t, strings.Split(test.line, " ")...)
			got := strings.Join(found, " ")
			if how != test.how || got != test.want && (test.want != "..." || len(found) < 3) {
				t.Errorf("got %s %s, want %s %s", how, got, test.how, test.want)
			}
		})
	}
}

// TestCompleteAbout checks that what is said of a flag is no sentence cut short.
func TestCompleteAbout(t *testing.T) {
	t.Parallel()
	for _, e := range commands() {
		line := completion.Line{}
		for _, flag := range line.Unused(newCommandFlags(e.Name, e.create()).all) {
			if flag.About == "" || strings.ContainsAny(flag.About, "();") || strings.TrimRight(flag.About, " :,") != flag.About {
				t.Errorf("%s %s: %q", e.Name, flag.Word, flag.About)
			}
			if want := "HOW result files are verified: md5, none, or auto"; flag.Word == "--verify-input" && flag.About != want {
				t.Errorf("%s: got %q, want %q", e.Name, flag.About, want)
			}
		}
	}
}

// TestCompleteFlags checks that completion knows every flag, and that every value which it
// offers is one that the command takes.
func TestCompleteFlags(t *testing.T) {
	t.Parallel()
	arguments := map[string]string{"version": "", "completion": "bash", "ddl": "a", "verify": "a", "clean": "a", "delta": "a", "task": "--plan p", "commit": "--plan p", "abort": "--plan p", "deploy": "--engine slurm --plan p"}
	for _, e := range commands() {
		args, ok := arguments[e.Name]
		if !ok {
			args = "a b"
		}
		newCommandFlags(e.Name, e.create()).all.VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal != "" {
				return
			}
			c, known := completion.FlagValues(e.Name, f.Name, "")
			if !known {
				t.Errorf("%s --%s: say in completion.FlagValues what its values are", e.Name, f.Name)
			}
			for _, w := range c.Words {
				value := w.Word
				args := append(strings.Fields(args), "--"+f.Name)
				switch f.Name { // what it does not go without
				case "fail-on":
					value = strings.Replace(value, threshold.OfCode, threshold.OfCode+"A>0", 1)
				case "where":
					value += "x"
				case "columns":
					args = append([]string{"--partition-by", "none"}, args...)
				case "engine", "policy":
					if value == deploy.StepFunctions || value == deploy.MachinePolicy {
						args = []string{"--" + f.Name}
					}
				case "bloom":
					args = append([]string{"--write-partition-columns"}, args...)
				}
				command := e.create()
				line, err := newCommandFlags(e.Name, command).parse(append(args, value), lookup(map[string]string{"JOB_COMPLETION_INDEX": "0"}))
				if err == nil {
					err = command.check(line)
				}
				if err != nil {
					t.Errorf("%s --%s %s is offered and not taken: %v", e.Name, f.Name, value, err)
				}
			}
		})
	}
}
