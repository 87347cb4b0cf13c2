package completion

import (
	"cmp"
	"embed"
)

// shellFiles holds a script for each shell, which asks the command by which words are completed.
//
//go:embed shells
var shellFiles embed.FS

// Shells returns the names of the shells.
func Shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// Script returns the script of a shell.
func Script(shell string) (string, error) {
	endings := map[string]string{"powershell": "ps1"}
	text, err := shellFiles.ReadFile("shells/completion." + cmp.Or(endings[shell], shell))
	return string(text), err
}
