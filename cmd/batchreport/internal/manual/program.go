// Package manual writes what help and the man pages say of the program and its commands, from what
// it is told of them: the table of commands is told by package main.
package manual

import (
	"fmt"
	"strings"

	"batchreport/cmd/batchreport/internal/terminal"
)

// Program is what the manual is told of a program.
type Program struct {
	Release  string // as X.Y.Z
	Date     string // of the release; empty where it is not known
	Commands []Command
	Topics   []Topic
	Endings  []Ending // one for each exit code of any command
}

// Topic is what help explains beside the commands.
type Topic struct {
	Name     string
	Synopsis string // what the overview says of it
	Text     func() string
}

// Help returns the help on the program, which lists the commands, in lines of that width at most.
func (p *Program) Help(width int) string {
	return terminal.Fit(`batchreport turns Amazon S3 Batch Operations completion reports into tables.

Usage: batchreport COMMAND [flags] ...

Examples:
  batchreport summary report
  batchreport convert report table

Commands:
`+p.synopses(false)+p.topicSynopses()+`
convert on many machines, for schedulers:
`+p.synopses(true)+"\n"+EnvironmentHelp+`
Results go to standard output, everything else to standard error.

`+ExitCodes(p.Endings...), width)
}

// EnvironmentHelp says how the environment sets flags.
const EnvironmentHelp = `Every flag can also be set in the environment: BATCHREPORT_TARGET_FILE_SIZE for
--target-file-size. The command line wins, also for a list as a whole. Where a flag
differs from that of other commands, its help names a variable of its own.
`

// topicSynopses returns the lines of the overview that are about the help itself.
func (p *Program) topicSynopses() string {
	lines := synopsis("help [COMMAND]", "show this, or a command's help")
	for _, t := range p.Topics {
		lines += synopsis("help "+t.Name, t.Synopsis)
	}
	return lines
}

// synopses returns a line for each command of one of the overview's two parts.
func (p *Program) synopses(forSchedulers bool) string {
	var b strings.Builder
	for _, e := range p.Commands {
		if e.ForSchedulers == forSchedulers {
			b.WriteString(synopsis(e.Name+" "+e.Arguments, e.Synopsis))
		}
	}
	return b.String()
}

// synopsis returns a line of the overview.
func synopsis(usage, about string) string {
	return fmt.Sprintf("  %-24s  %s\n", usage, about)
}
