package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/terminal"
)

// help returns what the help says about the flags, group by group, in lines of that
// width at most.
func (c *commandFlags) help(width int) string {
	var b strings.Builder
	for _, g := range c.groups {
		b.WriteString(g.title + ":\n")
		g.flags.VisitAll(func(f *pflag.Flag) { b.WriteString(c.flagHelp(f, min(width, terminal.WidestText))) })
		b.WriteString("\n")
	}
	return b.String()
}

const (
	besideHelp  = 72 // below so many columns a flag's text stands below its name
	flagColumns = 31 // for the names of flags where the text stands beside them
)

// flagHelp returns what the help says about a flag.
func (c *commandFlags) flagHelp(f *pflag.Flag, width int) string {
	argument, usage := pflag.UnquoteUsage(f)
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if argument != "" {
		name += " " + argument
	}
	usage += flagDefault(f, usage)
	if slices.Contains(c.own, f.Name) {
		usage += "; the variable is " + c.variable(f)
	}
	if width < besideHelp {
		return name + "\n" + terminal.Wrap(usage, "        ", width)
	}
	text := terminal.Wrap(usage, strings.Repeat(" ", flagColumns), width)
	if len(name) > flagColumns-2 {
		return name + "\n" + text
	}
	return name + text[len(name):]
}

// flagDefault returns the default of a flag whose usage does not say it.
func flagDefault(f *pflag.Flag, usage string) string {
	switch {
	case f.Name == "help" || strings.Contains(usage, "(default") || strings.Contains(usage, "(needed"):
		return ""
	case f.Value.Type() == "bool" && f.DefValue == "false":
		return " (default off)"
	case f.DefValue == "":
		return " (default none)"
	default:
		return fmt.Sprintf(" (default %s)", f.DefValue)
	}
}
