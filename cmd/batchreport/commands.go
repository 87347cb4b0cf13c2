package main

import (
	"slices"

	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/manual"
)

// commands returns the table of commands, in the order of the overview.
func commands() []entry {
	return []entry{
		{manual.Command{
			Name: "convert", Arguments: "SOURCE... DEST", Synopsis: "write a report as Parquet or NDJSON", About: convertHelp,
			Examples: []string{
				"convert s3://my-reports/job-ID/manifest.json s3://my-lake/reports",
				"convert --columns key,error_code,result_text reports/job-ID -",
				"convert 's3://my-reports/*/manifest.json' s3://my-lake/reports",
				"convert --dry-run reports table",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isHeld, isInterrupted},
		}, func() command { return &convertCommand{} }},
		{manual.Command{
			Name: "summary", Arguments: "SOURCE...", Synopsis: "say what failed, why, and what to do", About: summaryHelp,
			Examples: []string{
				"summary s3://my-reports/job-ID",
				"summary --json reports/job-ID | jq '.groups[] | [.rows, .cause, .sample_key]'",
				"summary --by bucket,key:1 reports/job-ID",
				"summary --fail-on 'failed>0.1%' --fail-on 'rejected>0' reports",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isInterrupted},
		}, func() command { return &summaryCommand{} }},
		{manual.Command{
			Name: "retry", Arguments: "SOURCE... MANIFEST", Synopsis: "list what failed, for a new job", About: retryHelp,
			Examples: []string{
				"retry s3://my-reports/job-ID s3://my-manifests/retry.csv",
				"retry --only retryable --plan reports retry.csv",
				"retry --code AccessDenied reports/job-ID retry.csv",
				"retry --of manifest.csv.gz reports/job-ID rest.csv",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isUnknown, isInterrupted},
		}, func() command { return &retryCommand{} }},
		{manual.Command{
			Name: "outcome", Arguments: "SOURCE... DEST", Synopsis: "write one row for each object", About: outcomeHelp,
			Examples: []string{
				"outcome s3://my-reports s3://my-lake/outcome",
				"outcome --columns key,final_status,cause reports -",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isUnknown, isHeld, isInterrupted},
		}, func() command { return &outcomeCommand{} }},
		{manual.Command{
			Name: "ddl", Arguments: "DEST", Synopsis: "print the SQL that makes it a table", About: ddlHelp,
			Examples: []string{
				"ddl s3://my-lake/reports",
				"ddl --dialect duckdb table | duckdb my.db",
				"ddl --dialect postgres lines | psql",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage, isInterrupted},
		}, func() command { return &ddlCommand{} }},
		{manual.Command{
			Name: "delta", Arguments: "DEST", Synopsis: "keep a Delta log of a table", About: deltaHelp,
			Examples: []string{
				"delta s3://my-lake/reports",
				"delta --dry-run table",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isInterrupted},
		}, func() command { return &deltaCommand{} }},
		{manual.Command{
			Name: "verify", Arguments: "DEST", Synopsis: "compare all files with the records", About: verifyHelp,
			Examples: []string{
				"verify s3://my-lake/reports",
				"verify --json table | jq .findings",
			},
			Endings: []manual.Ending{isDone, hasFindings, isWrongUsage, isInterrupted},
		}, func() command { return &verifyCommand{} }},
		{manual.Command{
			Name: "clean", Arguments: "DEST", Synopsis: "drop what dead runs left", About: cleanHelp,
			Examples: []string{
				"clean --dry-run s3://my-lake/reports",
				"clean --older-than 0h table",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage, isUnknown, isHeld, isInterrupted},
		}, func() command { return &cleanCommand{} }},
		{manual.Command{
			Name: "plan", Arguments: "SOURCE... DEST", Synopsis: "print the plan of a conversion", ForSchedulers: true, About: planHelp,
			Examples: []string{
				"plan --task-size 1GiB s3://my-reports/job-ID s3://my-lake/reports >plan.json",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isInterrupted},
		}, func() command { return &planCommand{} }},
		{manual.Command{
			Name: "task", Arguments: "--plan FILE", Synopsis: "run one task of a plan", ForSchedulers: true, About: taskHelp,
			Examples: []string{
				"task --plan s3://my-plans/plan.json --index 3",
				"task --plan plan.json   # where the engine says which",
				"task --plan s3://my-plans/plan.json --index 3 --of 20",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, isUnknown, isHeld, isInterrupted},
		}, func() command { return &taskCommand{} }},
		{manual.Command{
			Name: "commit", Arguments: "--plan FILE", Synopsis: "publish what the tasks wrote", ForSchedulers: true, About: commitHelp,
			Examples: []string{
				"commit --plan plan.json",
			},
			Endings: []manual.Ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isHeld, isInterrupted},
		}, func() command { return &commitCommand{} }},
		{manual.Command{
			Name: "abort", Arguments: "--plan FILE", Synopsis: "drop what the tasks wrote", ForSchedulers: true, About: abortHelp,
			Examples: []string{
				"abort --dry-run --plan plan.json",
				"abort --plan plan.json",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage, isUnknown, isHeld, isInterrupted},
		}, func() command { return &abortCommand{} }},
		{manual.Command{
			Name: "deploy", Arguments: "--engine ENGINE", Synopsis: "print what engines take", ForSchedulers: true, About: deployHelp,
			Examples: []string{
				"deploy --engine kubernetes --plan s3://my-plans/plan.json --image IMAGE",
				"deploy --engine step-functions --queue QUEUE --plans s3://my-plans",
				"deploy --policy jobs s3://my-reports s3://my-lake/reports",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage, isInterrupted},
		}, func() command { return &deployCommand{} }},
		{manual.Command{
			Name: "completion", Arguments: "SHELL", Synopsis: "print completions for a shell", About: completionHelp(),
			Examples: []string{
				"completion bash",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage},
		}, func() command { return &completionCommand{} }},
		{manual.Command{
			Name: "version", Arguments: "[--json]", Synopsis: "print the version", About: versionHelp,
			Examples: []string{
				"version",
				"version --json",
			},
			Endings: []manual.Ending{isDone, hasFailed, isWrongUsage},
		}, func() command { return &versionCommand{} }},
	}
}

// The endings of commands, and what they mean for each kind of command.
var (
	isDone        = manual.Ending{Code: exit.Done, Means: "done"}
	hasFailed     = manual.Ending{Code: exit.Failed, Means: "failed"}
	hasFindings   = manual.Ending{Code: exit.Failed, Means: "failed, or there are findings"}
	hasNotWritten = manual.Ending{Code: exit.Failed, Means: "failed; what failed published nothing, unless the error says otherwise"}
	isWrongUsage  = manual.Ending{Code: exit.Usage, Means: "wrong usage"}
	hasUnreadRows = manual.Ending{Code: exit.Rejects, Means: "done, but for rows that cannot be read"}
	isOverLimit   = manual.Ending{Code: exit.Threshold, Means: "done, but a threshold of --fail-on was passed"}
	isUnknown     = manual.Ending{Code: exit.Unknown, Means: "unknown: an answer was lost; the same command finds out and goes on"}
	isHeld        = manual.Ending{Code: exit.Held, Means: "another run has committed the job meanwhile"}
	isInterrupted = manual.Ending{Code: exit.Interrupted, Means: "interrupted"}
)

// allEndings returns an ending for each exit code of any command.
func allEndings() []manual.Ending {
	return []manual.Ending{isDone, hasNotWritten, isWrongUsage, hasUnreadRows, isOverLimit, isUnknown, isHeld, isInterrupted}
}

// allExitCodes lists the exit codes of all commands.
func allExitCodes() string { return manual.ExitCodes(allEndings()...) }

// commandsEnding returns the names of the commands that can end so.
func commandsEnding(how manual.Ending) (names []string) {
	for _, e := range commands() {
		if slices.Contains(e.Endings, how) {
			names = append(names, e.Name)
		}
	}
	return names
}

// interruptedHint returns what is left of a command that was interrupted, and what to
// do; convert and outcome know better by their summary.
func interruptedHint(command string) string {
	switch command {
	case "task":
		return "what the task wrote is dropped; run it again"
	case "commit":
		return "what the tasks wrote is kept; the same command goes on"
	case "clean", "abort":
		return "the same command drops the rest"
	default:
		return "nothing was changed"
	}
}
