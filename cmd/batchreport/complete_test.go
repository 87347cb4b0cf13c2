package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/deploy"
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
		{"con", asWords, "convert"},
		{"--v", asWords, "--version"},
		{"nothing ", asWords, ""},
		{"help js", asWords, "json"},
		{"help convert ", asWords, ""},
		{"convert ", asFiles, ""},
		{"convert a", asFiles, ""},
		{"convert a ", asFiles, ""},
		{"convert --col", asWords, "--columns"},
		{"convert a --sort", asWords, "--sort-by"},
		{"convert -", asWords, "..."},
		{"convert -- --col", asFiles, ""},
		{"convert --sort-by -- --col", asWords, "--columns"}, // -- is the value here
		{"convert --force --for", asWords, "--format"},
		{"convert --columns key --col", asWords, "--columns"}, // may be repeated
		{"convert --format ", asWords, "parquet ndjson"},
		{"convert --format=", asWords, "--format=parquet --format=ndjson"},
		{"convert --format=p", asWords, "--format=parquet"},
		{"convert --format parquet --comp", asWords, "--compression"},
		{"convert --force=", asWords, "--force=true --force=false"},
		{"convert --none=", asWords, ""},
		{"convert --columns key,error_c", asOpen, "key,error_code"},
		{"convert --columns key,ke", asOpen, "key,key_encoded"},
		{"convert --columns=key,error_c", asOpen, "--columns=key,error_code"},
		{`convert --columns "key,error_c`, asOpen, "key,error_code"},
		{"convert --partition-by report", asOpen, "report_date"},
		{"convert --bloom no", asOpen, "none"},
		{"convert --temp-dir ", asFiles, ""},
		{"convert --workers ", asWords, ""},
		{"convert --storage-class GLACIER_", asWords, "GLACIER_IR"},
		{"convert --fail-on fa", asOpen, "failed>0"},
		{"outcome --columns final", asOpen, "final_status"},
		{"outcome --partition-by ", asOpen, "final_status none"},
		{"summary --by key:", asOpen, "key:1 key:2"},
		{"summary --by bucket,occurred_at:h", asOpen, "bucket,occurred_at:hour"},
		{"retry --cause unex", asWords, "unexplained"},
		{"retry --where error_c", asOpen, "error_code="},
		{"retry --plan ", asFiles, ""}, // it has no value there
		{"ddl --dialect du", asWords, "duckdb"},
		{"ddl t", asFiles, ""},
		{"ddl table ", asWords, "..."},
		{"task --plan ", asFiles, ""},
		{"task --plan=", asFiles, ""},
		{"task --plan p ", asWords, "..."},
		{"version ", asWords, "--help --json --log-format --quiet --verbose"},
		{"completion f", asWords, "fish"},
		{"completion fish ", asWords, "..."},
		{completeCommand + " ", asWords, ""},
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

// TestCompleteFlags checks that completion knows every flag, and that every value which it
// offers is one that the command takes.
func TestCompleteFlags(t *testing.T) {
	t.Parallel()
	arguments := map[string]string{"version": "", "completion": "bash", "ddl": "a", "verify": "a", "clean": "a", "delta": "a", "task": "--plan p", "commit": "--plan p", "abort": "--plan p", "deploy": "--engine slurm --plan p"}
	for _, e := range commands() {
		args, ok := arguments[e.name]
		if !ok {
			args = "a b"
		}
		newCommandFlags(e.name, e.create()).all.VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal != "" {
				return
			}
			c, known := flagValues(e.name, f.Name, "")
			if !known {
				t.Errorf("%s --%s: say in flagValues what its values are", e.name, f.Name)
			}
			for _, w := range c.words {
				value := w.word
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
				line, err := newCommandFlags(e.name, command).parse(append(args, value), lookup(map[string]string{"JOB_COMPLETION_INDEX": "0"}))
				if err == nil {
					err = command.check(line)
				}
				if err != nil {
					t.Errorf("%s --%s %s is offered and not taken: %v", e.name, f.Name, value, err)
				}
			}
		})
	}
}
