package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/schema"
)

// help prints the help on what args name, or the overview.
func (a *app) help(args []string) error {
	if len(args) == 0 {
		return a.print(terminal.Fit(programHelp(), a.width()))
	}
	if len(args) > 1 && args[1] != "--help" && args[1] != "-h" {
		return &usageError{err: fmt.Errorf("unexpected argument %q: help takes one command", args[1])}
	}
	if args[0] == "help" {
		return a.help(nil)
	}
	var names []string
	for _, t := range topics() {
		if t.name == args[0] {
			return a.print(terminal.Fit(t.text(), a.width()))
		}
		names = append(names, t.name)
	}
	e, err := findCommand(args[0], names...)
	if err != nil {
		return err
	}
	return a.printHelp(e, newCommandFlags(e.name, e.create()))
}

// topic is what help explains beside the commands.
type topic struct {
	name     string
	synopsis string // what the overview says of it
	text     func() string
}

// topics returns what help explains beside the commands, in the order of the overview.
func topics() []topic {
	return []topic{
		{"columns", "list the columns of the table", columnsHelp},
		{"json", "explain --json and commit.json", func() string { return jsonHelp }},
		{"exit-codes", "list the exit codes, and what a scheduler does", func() string { return allExitCodes() + "\n" + exitCodesHelp() }},
	}
}

// printHelp prints the help on a command.
func (a *app) printHelp(e entry, flags *commandFlags) error {
	width := a.width()
	return a.print(terminal.Fit(e.about, width) + e.examplesText(width) + flags.help(width) + terminal.Fit(exitCodes(e.endings...), width))
}

// leastWidth is how many columns help has at least.
const leastWidth = 20

// width returns how wide standard output is: as COLUMNS says, or the terminal.
func (a *app) width() int {
	columns, _ := a.env("COLUMNS")
	if n, err := strconv.Atoi(columns); err == nil && n > 0 {
		return max(n, leastWidth)
	}
	return max(terminal.Width(a.stdout), leastWidth)
}

// programHelp returns the help on the program, which lists the commands.
func programHelp() string {
	return `batchreport turns Amazon S3 Batch Operations completion reports into tables.

Usage: batchreport COMMAND [flags] ...

Examples:
  batchreport summary report
  batchreport convert report table

Commands:
` + synopses(false) + topicSynopses() + `
convert on many machines, for schedulers:
` + synopses(true) + "\n" + environmentHelp + `
Results go to standard output, everything else to standard error.

` + allExitCodes()
}

// environmentHelp says how the environment sets flags.
const environmentHelp = `Every flag can also be set in the environment: BATCHREPORT_TARGET_FILE_SIZE for
--target-file-size. The command line wins, also for a list as a whole. Where a flag
differs from that of other commands, its help names a variable of its own.
`

// topicSynopses returns the lines of the overview that are about the help itself.
func topicSynopses() string {
	lines := synopsis("help [COMMAND]", "show this, or a command's help")
	for _, t := range topics() {
		lines += synopsis("help "+t.name, t.synopsis)
	}
	return lines
}

// synopses returns a line for each command of one of the overview's two parts.
func synopses(forSchedulers bool) string {
	var b strings.Builder
	for _, e := range commands() {
		if e.forSchedulers == forSchedulers {
			b.WriteString(synopsis(e.name+" "+e.arguments, e.synopsis))
		}
	}
	return b.String()
}

// synopsis returns a line of the overview.
func synopsis(usage, about string) string {
	return fmt.Sprintf("  %-24s  %s\n", usage, about)
}

// columnsHelp lists the columns of the table.
func columnsHelp() string {
	var b strings.Builder
	b.WriteString("The columns of the table, in order, with their types and where their values are\nfrom. All can be null. --columns chooses some; --extract adds others.\n\n")
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		fmt.Fprintf(&b, "  %-24s%-11s%s\n", c, columnType(c), c.About())
	}
	b.WriteString("\nA table of outcomes has bucket, key, key_encoded and version_id, then\n\n")
	for _, c := range schema.OutcomeColumns() {
		if !slices.Contains(schema.AllColumns(), c) {
			fmt.Fprintf(&b, "  %-24s%-11s%s\n", c, columnType(c), c.About())
		}
	}
	b.WriteString("\nand then, of the row that decides, error_code and what follows there.\n\n--partition-by takes ")
	var names []string
	for _, c := range schema.PartitionColumns() {
		names = append(names, c.String())
	}
	b.WriteString(strings.Join(names, ", ") + ".\n")
	return b.String()
}

// columnType returns a column's type as people know it.
func columnType(c schema.Column) string {
	switch t := c.Type().String(); {
	case strings.HasPrefix(t, "timestamp"):
		return "timestamp"
	case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "float"):
		return t
	default:
		return "string"
	}
}
