package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// help returns what the help says about the flags, group by group, in lines of that
// width at most.
func (c *commandFlags) help(width int) string {
	var b strings.Builder
	for _, g := range c.groups {
		b.WriteString(g.title + ":\n")
		g.flags.VisitAll(func(f *pflag.Flag) { b.WriteString(c.flagHelp(f, min(width, widestHelp))) })
		b.WriteString("\n")
	}
	return b.String()
}

const (
	widestHelp  = 110 // columns: longer lines are hard to read
	besideHelp  = 72  // below so many columns a flag's text stands below its name
	flagColumns = 31  // for the names of flags where the text stands beside them
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
		return name + "\n" + wrap(usage, "        ", width)
	}
	text := wrap(usage, strings.Repeat(" ", flagColumns), width)
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

// wrap returns words in lines of that width, each with the indent before it.
func wrap(words, indent string, width int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(words) {
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+len(word) > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}

// fit returns a text in lines of that width. A paragraph with a longer line is filled
// again, where its lines are not indented; of those that are, each is wrapped.
func fit(text string, width int) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if p == "" || strings.HasPrefix(p, " ") || strings.Contains(p, "\n ") {
			paragraphs[i] = fitLines(p, width)
		} else if slices.ContainsFunc(strings.Split(p, "\n"), func(line string) bool { return len(line) > width }) {
			end := p[len(strings.TrimRight(p, "\n")):]
			paragraphs[i] = strings.TrimSuffix(wrap(p, "", width), "\n") + end
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// fitLines wraps each line that is longer than width. What follows on goes below the
// last column where the line is one of a table.
func fitLines(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if len(line) <= width {
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		rest := line[len(indent):]
		wrapped := wrap(rest, indent, width)
		if gap := strings.Index(rest, "  "); gap > 0 {
			last := len(indent) + strings.LastIndex(rest, "  ") + 2
			if last <= width/2 {
				wrapped = line[:last] + wrap(line[last:], strings.Repeat(" ", last), width)[last:]
			} else {
				wrapped = indent + rest[:gap] + "\n" + wrap(rest[gap:], indent+"    ", width)
			}
		}
		lines[i] = strings.TrimSuffix(wrapped, "\n")
	}
	return strings.Join(lines, "\n")
}
