package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"

	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/cmd/internal/values"
	"batchreport/convert/storage"
	"batchreport/schema"
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

// shellFiles holds a script for each shell, which asks completeCommand.
//
//go:embed shells
var shellFiles embed.FS

// shells returns the names of the shells, and the file of each in shellFiles.
func shells() (names []string, file map[string]string) {
	return []string{"bash", "zsh", "fish", "powershell"},
		map[string]string{"bash": "completion.bash", "zsh": "completion.zsh", "fish": "completion.fish", "powershell": "completion.ps1"}
}

// completionCommand is the command completion, with its command line.
type completionCommand struct {
	common
	file string
}

// bind implements command.
func (c *completionCommand) bind(flags *commandFlags) { flags.messages(&c.log, nil) }

// check implements command.
func (c *completionCommand) check(line commandLine) error {
	names, files := shells()
	if len(line.args) != 1 {
		return errors.New("one SHELL is needed: " + values.Listed(names))
	}
	c.file = files[line.args[0]]
	if c.file == "" {
		return fmt.Errorf("%q is none of %s%s", line.args[0], strings.Join(names, ", "), schema.DidYouMean(line.args[0], names...))
	}
	return nil
}

// run implements command.
func (c *completionCommand) run(_ context.Context, a *app, _ storage.Store) error {
	script, err := shellFiles.ReadFile("shells/" + c.file)
	if err != nil {
		return err
	}
	return a.print(string(script))
}
