package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/terminal"
)

// manCommand is the name of the command that writes the man pages into a folder. No help
// lists it.
const manCommand = "__man"

// man writes a page for the program, one for each command, and one for each topic.
func (a *app) man(args []string) error {
	if len(args) != 1 {
		return &usageError{err: errors.New("one FOLDER is needed")}
	}
	pages := map[string]string{"man1/batchreport.1": manOverview()}
	for _, e := range commands() {
		pages["man1/batchreport-"+e.name+".1"] = manOf(e)
	}
	for _, t := range topics() {
		pages["man7/batchreport-"+t.name+".7"] = manTitle("batchreport-"+t.name, 7, t.synopsis) + ".SH DESCRIPTION\n" + roffText(t.text()) + manSeeAlso("")
	}
	for name, page := range pages {
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

// manTitle begins a page.
func manTitle(name string, section int, about string) string {
	b := thisBuild()
	date, _, _ := strings.Cut(b.date, "T")
	// The manual is named, since the usual name of section 7 has no room between the names of
	// the page. Without hyphens and gaps that are not in the text, names can be found and copied.
	return fmt.Sprintf(".TH %s %d %q %q batchreport\n.nh\n.ad l\n.SH NAME\n%s \\- %s\n",
		roff(strings.ToUpper(name)), section, date, "batchreport "+b.version, roff(name), roff(about))
}

// manOverview returns the page of the program.
func manOverview() string {
	return manTitle("batchreport", 1, "turn Amazon S3 Batch Operations completion reports into tables") +
		".SH SYNOPSIS\n.B batchreport\n.I COMMAND\n[flags] ...\n" +
		".SH COMMANDS\n" + manCommands(false) +
		".SH COMMANDS FOR SCHEDULERS\n" + manCommands(true) +
		".SH ENVIRONMENT\n" + roffText(environmentHelp) +
		manExit(allExitCodes()) + manSeeAlso("")
}

// manCommands lists the commands of one of the overview's two parts.
func manCommands(forSchedulers bool) string {
	var b strings.Builder
	for _, e := range commands() {
		if e.forSchedulers == forSchedulers {
			b.WriteString(".TP\n\\fBbatchreport " + roff(e.name) + "\\fR " + roff(e.arguments) + "\n" + roffLines(e.synopsis+"\n"))
		}
	}
	return b.String()
}

// manOf returns the page of a command.
func manOf(e entry) string {
	usage, about, _ := strings.Cut(strings.TrimPrefix(e.about, "Usage: "), "\n\n")
	var b strings.Builder
	b.WriteString(manTitle("batchreport-"+e.name, 1, e.synopsis) + ".SH SYNOPSIS\n" + roffLines(usage+"\n"))
	b.WriteString(".SH DESCRIPTION\n" + roffText(about) + ".SH OPTIONS\n")
	for _, g := range newCommandFlags(e.name, e.create()).groups {
		b.WriteString(".SS " + roff(g.title) + "\n")
		g.flags.VisitAll(func(f *pflag.Flag) {
			argument, usage := pflag.UnquoteUsage(f)
			name := "\\fB" + roff("--"+f.Name) + "\\fR"
			if f.Shorthand != "" {
				name = "\\fB" + roff("-"+f.Shorthand) + "\\fR, " + name
			}
			if argument != "" {
				name += " \\fI" + roff(argument) + "\\fR"
			}
			b.WriteString(".TP\n" + name + "\n" + roffLines(terminal.Wrap(usage+flagDefault(f, usage), "", manWidth)))
		})
	}
	b.WriteString(".SH EXAMPLES\n.nf\n")
	for _, example := range e.examples {
		b.WriteString(roffLines(terminal.FitCommand("batchreport "+example, manWidth)))
	}
	b.WriteString(".fi\n" + manExit(exitCodes(e.endings...)) + manSeeAlso(e.name))
	return b.String()
}

// manExit returns what a page says of exit codes, from what help lists.
func manExit(exitCodes string) string {
	_, codes, _ := strings.Cut(exitCodes, "\n")
	return ".SH EXIT STATUS\n" + roffText(codes)
}

// manSeeAlso ends the page of a command, or any other, with the names of all others.
func manSeeAlso(command string) string {
	var others []string
	if command != "" {
		others = append(others, ".BR batchreport (1)")
	}
	for _, e := range commands() {
		if e.name != command {
			others = append(others, ".BR "+roff("batchreport-"+e.name)+" (1)")
		}
	}
	for _, t := range topics() {
		others = append(others, ".BR "+roff("batchreport-"+t.name)+" (7)")
	}
	return ".SH SEE ALSO\n" + strings.Join(others, ",\n") + "\n"
}

// manWidth is how wide lines are that are not filled: what a terminal of 80 columns has
// beside the indent.
const manWidth = 71

// roffText returns a text of help in roff: its paragraphs are filled, but for those with
// indented lines, which stay as they are.
func roffText(text string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.Trim(terminal.Fit(text, manWidth), "\n"), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		lines := roffLines(paragraph + "\n")
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			lines = ".nf\n" + lines + ".fi\n"
		}
		b.WriteString(lines)
	}
	return b.String()
}

// roffLines returns lines of text in roff: a dot or a quote that begins one is no request.
func roffLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			b.WriteString(`\&`)
		}
		b.WriteString(roff(line))
	}
	return b.String()
}

// roff returns text in roff that stays as it is, so that it can be copied.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`, "…", "...").Replace(text)
}
