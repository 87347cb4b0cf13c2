package manual

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/terminal"
)

// Flags are the flags of a command, as help shows them.
type Flags struct {
	Groups []Group
	// Own returns the name of the variable of the environment that is a flag of this command
	// alone; it is empty where that follows from the flag's name. It is needed.
	Own func(*pflag.Flag) string
}

// Group is flags under a title.
type Group struct {
	Title string
	Flags *pflag.FlagSet
}

// help returns what the help says about the flags, group by group, in lines of that
// width at most.
func (h Flags) help(width int) string {
	var b strings.Builder
	for _, g := range h.Groups {
		b.WriteString(g.Title + ":\n")
		g.Flags.VisitAll(func(f *pflag.Flag) { b.WriteString(h.FlagHelp(f, min(width, terminal.WidestText))) })
		b.WriteString("\n")
	}
	return b.String()
}

const (
	besideHelp  = 72 // below so many columns a flag's text stands below its name
	flagColumns = 31 // for the names of flags where the text stands beside them
)

// FlagHelp returns what the help says about a flag.
func (h Flags) FlagHelp(f *pflag.Flag, width int) string {
	argument, usage := pflag.UnquoteUsage(f)
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if argument != "" {
		name += " " + argument
	}
	usage += flagDefault(f, usage)
	if variable := h.Own(f); variable != "" {
		usage += "; the variable is " + variable
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
