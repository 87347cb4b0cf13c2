package main

import (
	"fmt"
	"strings"
)

// overview returns the help on the program, which lists the commands.
func overview() string {
	return `batchreport turns Amazon S3 Batch Operations completion reports into tables.

Usage:
` + synopses(false) + `  batchreport help [COMMAND]
  batchreport --version

convert on many machines, for schedulers:
` + synopses(true) + `
Every flag can also be set in the environment: BATCHREPORT_TARGET_FILE_SIZE for
--target-file-size. The command line wins.

Results go to standard output, everything else to standard error.

` + exitCodes
}

// synopses returns a line for each command of one of the overview's two parts.
func synopses(forSchedulers bool) string {
	var b strings.Builder
	for _, e := range commands() {
		if e.forSchedulers == forSchedulers {
			fmt.Fprintf(&b, "  batchreport %-30s   %s\n", e.name+" "+e.arguments, e.synopsis)
		}
	}
	return b.String()
}

// exitCodes ends every help text.
const exitCodes = `Exit codes:
    0  done
    1  failed; what failed published nothing, unless the error says so
    2  wrong usage
    3  done, but rows were rejected
    5  unknown: an answer was lost; the same command finds out and goes on
   11  another run has committed the job meanwhile
  130  interrupted
`
