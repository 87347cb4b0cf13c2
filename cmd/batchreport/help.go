package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/build"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/batchreport/internal/topic"
)

// help prints the help on what args name, or the overview.
func (a *app) help(args []string) error {
	if len(args) == 0 {
		return a.print(thisProgram().Help(a.width()))
	}
	if len(args) > 1 && args[1] != "--help" && args[1] != "-h" {
		return &fault.Usage{Err: fmt.Errorf("unexpected argument %q: help takes one command", args[1])}
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
		{Name: "columns", Synopsis: "list the columns of the table", Text: topic.Columns},
		{Name: "json", Synopsis: "explain --json and commit.json", Text: func() string { return topic.JSON }},
		{Name: "exit-codes", Synopsis: "list the exit codes, and what a scheduler does", Text: func() string { return allExitCodes() + "\n" + topic.ExitCodes(commandsEnding(hasUnreadRows)) }},
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
	columns, _ := a.env.Lookup("COLUMNS")
	if n, err := strconv.Atoi(columns); err == nil && n > 0 {
		return max(n, leastWidth)
	}
	return max(terminal.Width(a.stdout), leastWidth)
}

// manCommand is the name of the command that writes the man pages into a folder. No help
// lists it.
const manCommand = "__man"

// man writes a page for the program, one for each command, and one for each topic.
func (a *app) man(args []string) error {
	if len(args) != 1 {
		return &fault.Usage{Err: errors.New("one FOLDER is needed")}
	}
	for name, page := range thisProgram().Pages() {
		path := filepath.Join(args[0], name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}
