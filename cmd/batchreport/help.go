package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/build"
	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/schema"
)

// help prints the help on what args name, or the overview.
func (a *app) help(args []string) error {
	if len(args) == 0 {
		return a.print(thisProgram().Help(a.width()))
	}
	if len(args) > 1 && args[1] != "--help" && args[1] != "-h" {
		return &usageError{err: fmt.Errorf("unexpected argument %q: help takes one command", args[1])}
	}
	if args[0] == "help" {
		return a.help(nil)
	}
	var names []string
	for _, t := range topics() {
		if t.Name == args[0] {
			return a.print(terminal.Fit(t.Text(), a.width()))
		}
		names = append(names, t.Name)
	}
	e, err := findCommand(args[0], names...)
	if err != nil {
		return err
	}
	return a.printHelp(e)
}

// topics returns what help explains beside the commands, in the order of the overview.
func topics() []manual.Topic {
	return []manual.Topic{
		{Name: "columns", Synopsis: "list the columns of the table", Text: columnsHelp},
		{Name: "json", Synopsis: "explain --json and commit.json", Text: func() string { return jsonHelp }},
		{Name: "exit-codes", Synopsis: "list the exit codes, and what a scheduler does", Text: func() string { return allExitCodes() + "\n" + exitCodesHelp() }},
	}
}

// printHelp prints the help on a command.
func (a *app) printHelp(e entry) error {
	d := e.manual()
	return a.print(d.Help(a.width()))
}

// thisProgram is what the manual is told of this program.
func thisProgram() *manual.Program {
	b := build.This()
	date, _, _ := strings.Cut(b.Date, "T")
	p := &manual.Program{Release: b.Version, Date: date, Topics: topics(), Endings: allEndings()}
	for _, e := range commands() {
		p.Commands = append(p.Commands, e.manual())
	}
	return p
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
