package topic

import "batchreport/cmd/internal/values"

// ExitCodes says what a scheduler does about each exit code; rejecting are the commands that can
// end with rows which cannot be read. A test compares its codes with those that commands can end
// with.
func ExitCodes(rejecting []string) string {
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
                        ` + values.Listed(rejecting) + `
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
