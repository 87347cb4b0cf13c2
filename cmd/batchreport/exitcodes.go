package main

// exitCodes ends every help text.
const exitCodes = `Exit codes:
    0  done
    1  failed; what failed published nothing, unless the error says so
    2  wrong usage
    3  done, but rows were rejected
    4  done, but a threshold of --fail-on was passed
    5  unknown: an answer was lost; the same command finds out and goes on
   11  another run has committed the job meanwhile
  130  interrupted
`

// exitCodesHelp says what a scheduler does about each exit code. A test compares its
// codes with those above.
const exitCodesHelp = `What a scheduler does when a command ends with an exit code:

  code  do              why
     0  go on           It is done.
     1  retry           It may have been the network or the store. What was done is
                        not done again. If three attempts fail, look: a report that
                        cannot be read fails each time, at the same row.
     2  do not retry    The command line is wrong, or the plan names a place that is
                        none. Every attempt ends so.
     3  do not retry    It is done, and the table is there; rows were rejected. Only
                        convert, commit and outcome end so. With --rejects-ok commit
                        ends with 0 instead.
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
