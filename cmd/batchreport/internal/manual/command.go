package manual

import "batchreport/cmd/batchreport/internal/terminal"

// Command is what the manual is told of a command.
type Command struct {
	Name          string
	Arguments     string // as the overview shows them, beside [flags]
	Synopsis      string // what the overview says the command does
	ForSchedulers bool   // whether the overview lists it in its second part
	About         string // what --help says before it lists the flags
	Examples      []string
	Endings       []Ending // in the order of their exit codes
	Flags         Flags
}

// Help returns the help on a command, in lines of that width at most.
func (c *Command) Help(width int) string {
	return terminal.Fit(c.About, width) + c.examplesText(width) + c.Flags.help(width) + terminal.Fit(ExitCodes(c.Endings...), width)
}

// examplesText is what --help says before it lists the flags, after about.
func (c *Command) examplesText(width int) string {
	text := "Examples:\n"
	for _, example := range c.Examples {
		text += terminal.FitCommand("batchreport "+example, width)
	}
	return text + "\n"
}
