package main

import (
	"slices"

	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/internal/values"
)

// The exit codes. The help of a command lists those that it can end with.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRejects     = 3
	exitThreshold   = 4
	exitUnknown     = 5
	exitHeld        = 11
	exitInterrupted = 130
)

// The endings of commands, and what they mean for each kind of command.
var (
	isDone        = manual.Ending{Code: exitDone, Means: "done"}
	hasFailed     = manual.Ending{Code: exitFailed, Means: "failed"}
	hasFindings   = manual.Ending{Code: exitFailed, Means: "failed, or there are findings"}
	hasNotWritten = manual.Ending{Code: exitFailed, Means: "failed; what failed published nothing, unless the error says otherwise"}
	isWrongUsage  = manual.Ending{Code: exitUsage, Means: "wrong usage"}
	hasUnreadRows = manual.Ending{Code: exitRejects, Means: "done, but for rows that cannot be read"}
	isOverLimit   = manual.Ending{Code: exitThreshold, Means: "done, but a threshold of --fail-on was passed"}
	isUnknown     = manual.Ending{Code: exitUnknown, Means: "unknown: an answer was lost; the same command finds out and goes on"}
	isHeld        = manual.Ending{Code: exitHeld, Means: "another run has committed the job meanwhile"}
	isInterrupted = manual.Ending{Code: exitInterrupted, Means: "interrupted"}
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

// exitCodesHelp says what a scheduler does about each exit code. A test compares its
// codes with those above.
func exitCodesHelp() string {
	return `What a scheduler does when a command ends with an exit code:

  code  do              why
     0  go on           It is done.
     1  retry           It failed: it may have been the network or the store. What was done is
                        not done again. If three attempts fail, look: a report that
                        cannot be read fails each time, at the same row.
                        Of verify it may be findings: look.
     2  do not retry    The command line is wrong, or the plan names a place that is
                        none. Every attempt ends so.
     3  do not retry    It is done, but for rows that cannot be read. Only
                        ` + values.Listed(commandsEnding(hasUnreadRows)) + `
                        ends so. With --rejects-ok commit ends with 0 instead.
     4  do not retry    It is done, and the table is there; a threshold of --fail-on
                        was passed. Look at what failed: batchreport summary.
     5  retry           An answer was lost. The same command finds out what became
                        of it, and goes on.
    11  look            Another run has committed the job meanwhile, with other
                        options, and its table stands. The same command replaces it.
   130  retry           It was interrupted, by SIGINT or SIGTERM: a machine was taken
                        away, or somebody stopped it.
   137  retry, once     Not of batchreport: it was killed, most often for want of
                        memory. If it happens again, give it more: batchreport deploy
                        asks for what the formula in the documentation says.

A task ends with 0, 1, 2, 5, 11 or 130, never with 3 or 4: commit counts what all
tasks rejected. To retry a task, commit or abort is always right and never does
harm: what has ended before is not done again.
`
}
