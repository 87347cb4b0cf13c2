// Package terminal shows texts on terminals, and knows nothing of what they are about. It puts
// escapes in place of what a terminal would take for a command, and fits lines to a width.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// usualWidth is the width in columns that a terminal has whose width is not known.
const usualWidth = 80

// Width returns how many columns a terminal has, and 80 of what is none.
func Width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return usualWidth
}
