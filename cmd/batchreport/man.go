package main

import (
	"errors"
	"os"
	"path/filepath"
)

// manCommand is the name of the command that writes the man pages into a folder. No help
// lists it.
const manCommand = "__man"

// man writes a page for the program, one for each command, and one for each topic.
func (a *app) man(args []string) error {
	if len(args) != 1 {
		return &usageError{err: errors.New("one FOLDER is needed")}
	}
	for name, page := range thisProgram().Pages() {
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
