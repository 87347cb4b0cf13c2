package main

import (
	"strings"

	"batchreport/cmd/batchreport/internal/completion"
)

// completeCommand is the name of the command by which the scripts of completion ask what
// can follow. No help lists it. Its arguments are the words of the command line before the
// cursor, without the program's; the last is the one that is being typed.
//
// It prints how the shell is to go on, and then a line for each word that fits, with a tab
// and what it is about where that is known.
const completeCommand = "__complete"

// complete prints what can follow.
func (a *app) complete(args []string) error {
	if len(args) == 0 {
		args = []string{""}
	}
	last := len(args) - 1
	// A quote that is still open is the shell's.
	current := strings.TrimLeft(args[last], `"'`)
	return a.print(completions(args[:last], current).Text(current))
}

// completions returns what can stand in place of current behind the words.
func completions(words []string, current string) completion.Candidates {
	if len(words) == 0 {
		return completion.Words(append(commandWords(), completion.Candidate{Word: "--help", About: "show the help"}, completion.Candidate{Word: "--version", About: "print the version"})...)
	}
	if words[0] == "help" {
		if len(words) > 1 {
			return completion.Words()
		}
		return completion.Words(append(commandWords(), topicWords()...)...)
	}
	e, err := findCommand(words[0])
	if err != nil {
		return completion.Words()
	}
	flags := newCommandFlags(e.Name, e.create()).all
	line := completion.ReadLine(flags, words[1:])
	switch name, value, isSet := strings.Cut(current, "="); {
	case line.Waiting != nil:
		return completion.ValuesOf(e.Name, line.Waiting, current)
	case line.Ended:
	case isSet && strings.HasPrefix(name, "--"):
		f := flags.Lookup(name[len("--"):])
		if f == nil {
			return completion.Words()
		}
		return completion.Behind(name+"=", completion.ValuesOf(e.Name, f, value))
	case strings.HasPrefix(current, "-"):
		return completion.Words(line.Unused(flags)...)
	}
	switch {
	case e.Name == "completion" && line.Args == 0:
		return completion.Plain(completion.Shells()...)
	case !strings.Contains(e.Arguments, "SOURCE") && (!strings.Contains(e.Arguments, "DEST") || line.Args > 0):
		if line.Ended || current != "" {
			return completion.Words()
		}
		return completion.Words(line.Unused(flags)...)
	}
	return completion.Files()
}

func commandWords() (all []completion.Candidate) {
	for _, e := range commands() {
		all = append(all, completion.Candidate{Word: e.Name, About: e.Synopsis})
	}
	return append(all, completion.Candidate{Word: "help", About: "show the help"})
}

func topicWords() (all []completion.Candidate) {
	for _, t := range topics() {
		all = append(all, completion.Candidate{Word: t.Name, About: t.Synopsis})
	}
	return all
}
