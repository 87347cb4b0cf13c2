package main

import (
	"context"
	"errors"

	"batchreport/cmd/batchreport/internal/completion"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/internal/values"
	"batchreport/convert/storage"
)

// completionHelp is the help on completion. Its commands are copied, so they stay whole.
func completionHelp() string {
	return `Usage: batchreport completion [flags] SHELL

Prints what makes a shell complete commands, flags, their values and names of files:
bash, zsh, fish or powershell. The packages bring it for the first three. Where you
have none, add a line to a file of yours:

  ~/.bashrc                   ` + terminal.Whole("source <(batchreport completion bash)") + `
  ~/.zshrc, after compinit    ` + terminal.Whole("source <(batchreport completion zsh)") + `
  ~/.config/fish/config.fish  ` + terminal.Whole("batchreport completion fish | source") + `
  $PROFILE                    ` + terminal.Whole("batchreport completion powershell | Out-String | iex") + `

The script for PowerShell was written by its documentation, and has not been run.

`
}

// completionCommand is the command completion, with its command line.
type completionCommand struct {
	common
	shell string
}

// bind implements command.
func (c *completionCommand) bind(flags *commandFlags) { flags.messages(&c.log, nil) }

// check implements command.
func (c *completionCommand) check(line commandLine) error {
	if len(line.args) != 1 {
		return errors.New("one SHELL is needed: " + values.Listed(completion.Shells()))
	}
	return values.OneOf(&c.shell, completion.Shells()...)(line.args[0])
}

// run implements command.
func (c *completionCommand) run(_ context.Context, a *app, _ storage.Store) error {
	text, err := completion.Script(c.shell)
	if err != nil {
		return err
	}
	return a.print(text)
}
