package manual

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/terminal"
)

// Pages returns the man pages by the names of their files: a page for the program, one for each
// command, and one for each topic.
func (p *Program) Pages() map[string]string {
	pages := map[string]string{"man1/batchreport.1": p.programPage()}
	for _, e := range p.Commands {
		pages["man1/batchreport-"+e.Name+".1"] = p.commandPage(&e)
	}
	for _, t := range p.Topics {
		pages["man7/batchreport-"+t.Name+".7"] = p.title("batchreport-"+t.Name, 7, t.Synopsis) + ".SH DESCRIPTION\n" + roffText(t.Text()) + p.seeAlso("")
	}
	return pages
}

// title begins a page.
func (p *Program) title(name string, section int, about string) string {
	// The manual is named, since the usual name of section 7 has no room between the names of
	// the page. Without hyphens and gaps that are not in the text, names can be found and copied.
	return fmt.Sprintf(".TH %s %d %q %q batchreport\n.nh\n.ad l\n.SH NAME\n%s \\- %s\n",
		roff(strings.ToUpper(name)), section, p.Date, "batchreport "+p.Release, roff(name), roff(about))
}

// programPage returns the page of the program.
func (p *Program) programPage() string {
	return p.title("batchreport", 1, "turn Amazon S3 Batch Operations completion reports into tables") +
		".SH SYNOPSIS\n.B batchreport\n.I COMMAND\n[flags] ...\n" +
		".SH COMMANDS\n" + p.commandsText(false) +
		".SH COMMANDS FOR SCHEDULERS\n" + p.commandsText(true) +
		".SH ENVIRONMENT\n" + roffText(EnvironmentHelp) +
		exitStatus(ExitCodes(p.Endings...)) + p.seeAlso("")
}

// commandsText lists the commands of one of the overview's two parts.
func (p *Program) commandsText(forSchedulers bool) string {
	var b strings.Builder
	for _, e := range p.Commands {
		if e.ForSchedulers == forSchedulers {
			b.WriteString(".TP\n\\fBbatchreport " + roff(e.Name) + "\\fR " + roff(e.Arguments) + "\n" + roffLines(e.Synopsis+"\n"))
		}
	}
	return b.String()
}

// commandPage returns the page of a command.
func (p *Program) commandPage(e *Command) string {
	usage, about, _ := strings.Cut(strings.TrimPrefix(e.About, "Usage: "), "\n\n")
	var b strings.Builder
	b.WriteString(p.title("batchreport-"+e.Name, 1, e.Synopsis) + ".SH SYNOPSIS\n" + roffLines(usage+"\n"))
	b.WriteString(".SH DESCRIPTION\n" + roffText(about) + ".SH OPTIONS\n")
	for _, g := range e.Flags.Groups {
		b.WriteString(".SS " + roff(g.Title) + "\n")
		g.Flags.VisitAll(func(f *pflag.Flag) {
			argument, usage := pflag.UnquoteUsage(f)
			name := "\\fB" + roff("--"+f.Name) + "\\fR"
			if f.Shorthand != "" {
				name = "\\fB" + roff("-"+f.Shorthand) + "\\fR, " + name
			}
			if argument != "" {
				name += " \\fI" + roff(argument) + "\\fR"
			}
			b.WriteString(".TP\n" + name + "\n" + roffLines(terminal.Wrap(usage+flagDefault(f, usage), "", pageWidth)))
		})
	}
	b.WriteString(".SH EXAMPLES\n.nf\n")
	for _, example := range e.Examples {
		b.WriteString(roffLines(terminal.FitCommand("batchreport "+example, pageWidth)))
	}
	b.WriteString(".fi\n" + exitStatus(ExitCodes(e.Endings...)) + p.seeAlso(e.Name))
	return b.String()
}

// exitStatus returns what a page says of exit codes, from what help lists.
func exitStatus(exitCodes string) string {
	_, codes, _ := strings.Cut(exitCodes, "\n")
	return ".SH EXIT STATUS\n" + roffText(codes)
}

// seeAlso ends the page of a command, or any other, with the names of all others.
func (p *Program) seeAlso(command string) string {
	var others []string
	if command != "" {
		others = append(others, ".BR batchreport (1)")
	}
	for _, e := range p.Commands {
		if e.Name != command {
			others = append(others, ".BR "+roff("batchreport-"+e.Name)+" (1)")
		}
	}
	for _, t := range p.Topics {
		others = append(others, ".BR "+roff("batchreport-"+t.Name)+" (7)")
	}
	return ".SH SEE ALSO\n" + strings.Join(others, ",\n") + "\n"
}
