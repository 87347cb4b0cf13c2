package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
)

// command is one command. Its flags are bound to its fields, so every command
// line needs a new value. Only exec calls the methods, in the order below.
type command interface {
	// bind adds the flags of the command.
	bind(flags *commandFlags)
	// check keeps the arguments that are no flags, and reports everything that is
	// wrong with the command line.
	check(line commandLine) error
	// shared returns the values of the flags that all commands have.
	shared() *common
	// run does what the command line asks for. Its result goes to a's standard output.
	run(ctx context.Context, a *app, store storage.Store) error
}

// common holds the values of the flags that all commands have. Every command embeds
// it.
type common struct {
	s3     s3.Options
	log    console.Options
	asJSON bool // stays false in deploy, whose result is what an engine takes
}

// bind implements command. A command with flags of its own adds those first.
func (c *common) bind(flags *commandFlags) {
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.asJSON)
}

// shared implements command.
func (c *common) shared() *common { return c }

// entry is a row of the table of commands.
type entry struct {
	name          string
	arguments     string // as the overview shows them, beside [flags]
	synopsis      string // what the overview says the command does
	forSchedulers bool   // whether the overview lists it in its second part
	about         string // what --help says before it lists the flags
	examples      []string
	endings       []ending // in the order of their exit codes
	create        func() command
}

// examplesText is what --help says before it lists the flags, after about.
func (e entry) examplesText(width int) string {
	text := "Examples:\n"
	for _, example := range e.examples {
		text += terminal.FitCommand("batchreport "+example, width)
	}
	return text + "\n"
}

// commands returns the table of commands, in the order of the overview.
func commands() []entry {
	return []entry{
		{"convert", "SOURCE... DEST", "write a report as Parquet or NDJSON", false, convertHelp, []string{
			"convert s3://my-reports/job-ID/manifest.json s3://my-lake/reports",
			"convert --columns key,error_code,result_text reports/job-ID -",
			"convert 's3://my-reports/*/manifest.json' s3://my-lake/reports",
			"convert --dry-run reports table",
		}, []ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isHeld, isInterrupted}, func() command { return &convertCommand{} }},
		{"summary", "SOURCE...", "say what failed, why, and what to do", false, summaryHelp, []string{
			"summary s3://my-reports/job-ID",
			"summary --json reports/job-ID | jq '.groups[] | [.rows, .cause, .sample_key]'",
			"summary --by bucket,key:1 reports/job-ID",
			"summary --fail-on 'failed>0.1%' --fail-on 'rejected>0' reports",
		}, []ending{isDone, hasFailed, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isInterrupted}, func() command { return &summaryCommand{} }},
		{"retry", "SOURCE... MANIFEST", "list what failed, for a new job", false, retryHelp, []string{
			"retry s3://my-reports/job-ID s3://my-manifests/retry.csv",
			"retry --only retryable --plan reports retry.csv",
			"retry --code AccessDenied reports/job-ID retry.csv",
			"retry --of manifest.csv.gz reports/job-ID rest.csv",
		}, []ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isUnknown, isInterrupted}, func() command { return &retryCommand{} }},
		{"outcome", "SOURCE... DEST", "write one row for each object", false, outcomeHelp, []string{
			"outcome s3://my-reports s3://my-lake/outcome",
			"outcome --columns key,final_status,cause reports -",
		}, []ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isUnknown, isHeld, isInterrupted}, func() command { return &outcomeCommand{} }},
		{"ddl", "DEST", "print the SQL that makes it a table", false, ddlHelp, []string{
			"ddl s3://my-lake/reports",
			"ddl --dialect duckdb table | duckdb my.db",
			"ddl --dialect postgres lines | psql",
		}, []ending{isDone, hasFailed, isWrongUsage, isInterrupted}, func() command { return &ddlCommand{} }},
		{"delta", "DEST", "keep a Delta log of a table", false, deltaHelp, []string{
			"delta s3://my-lake/reports",
			"delta --dry-run table",
		}, []ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isInterrupted}, func() command { return &deltaCommand{} }},
		{"verify", "DEST", "compare all files with the records", false, verifyHelp, []string{
			"verify s3://my-lake/reports",
			"verify --json table | jq .findings",
		}, []ending{isDone, hasFindings, isWrongUsage, isInterrupted}, func() command { return &verifyCommand{} }},
		{"clean", "DEST", "drop what dead runs left", false, cleanHelp, []string{
			"clean --dry-run s3://my-lake/reports",
			"clean --older-than 0h table",
		}, []ending{isDone, hasFailed, isWrongUsage, isUnknown, isHeld, isInterrupted}, func() command { return &cleanCommand{} }},
		{"plan", "SOURCE... DEST", "print the plan of a conversion", true, planHelp, []string{
			"plan --task-size 1GiB s3://my-reports/job-ID s3://my-lake/reports >plan.json",
		}, []ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isInterrupted}, func() command { return &planCommand{} }},
		{"task", "--plan FILE", "run one task of a plan", true, taskHelp, []string{
			"task --plan s3://my-plans/plan.json --index 3",
			"task --plan plan.json   # where the engine says which",
			"task --plan s3://my-plans/plan.json --index 3 --of 20",
		}, []ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isHeld, isInterrupted}, func() command { return &taskCommand{} }},
		{"commit", "--plan FILE", "publish what the tasks wrote", true, commitHelp, []string{
			"commit --plan plan.json",
		}, []ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isHeld, isInterrupted}, func() command { return &commitCommand{} }},
		{"abort", "--plan FILE", "drop what the tasks wrote", true, abortHelp, []string{
			"abort --dry-run --plan plan.json",
			"abort --plan plan.json",
		}, []ending{isDone, hasFailed, isWrongUsage, isUnknown, isHeld, isInterrupted}, func() command { return &abortCommand{} }},
		{"deploy", "--engine ENGINE", "print what engines take", true, deployHelp, []string{
			"deploy --engine kubernetes --plan s3://my-plans/plan.json --image IMAGE",
			"deploy --engine step-functions --queue QUEUE --plans s3://my-plans",
			"deploy --policy jobs s3://my-reports s3://my-lake/reports",
		}, []ending{isDone, hasFailed, isWrongUsage, isInterrupted}, func() command { return &deployCommand{} }},
		{"completion", "SHELL", "print completions for a shell", false, completionHelp(), []string{
			"completion bash",
		}, []ending{isDone, hasFailed, isWrongUsage}, func() command { return &completionCommand{} }},
		{"version", "[--json]", "print the version", false, versionHelp, []string{
			"version",
			"version --json",
		}, []ending{isDone, hasFailed, isWrongUsage}, func() command { return &versionCommand{} }},
	}
}

// exec runs a command with the arguments that follow its name.
func (a *app) exec(ctx context.Context, e entry, args []string) error {
	c := e.create()
	flags := newCommandFlags(e.name, c)
	line, err := flags.parse(args, a.env)
	if errors.Is(err, pflag.ErrHelp) {
		return a.printHelp(e, flags)
	}
	shared := c.shared()
	a.asJSON = shared.asJSON
	a.setLog(shared.log) // of flags before a wrong one, too
	if err != nil {
		return err
	}
	a.warnVariables()
	err = line.blame(c.check(line))
	if err != nil {
		err = flags.usage(err)
	} else {
		a.left = interruptedHint(e.name)
		err = c.run(ctx, a, openStore(ctx, shared.s3, a.log))
	}
	if err != nil && a.asJSON && !a.hasResult && !isRows(line) {
		err = errors.Join(err, a.printResult(failedResult{newHeader(e.name, ""), a.problems(err)}))
	}
	return err
}

// isRows reports whether standard output is for rows.
func isRows(line commandLine) bool {
	return len(line.args) > 0 && line.args[len(line.args)-1] == storage.Stdio
}
