package main

import (
	"io"
	"os"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/convert/storage"
)

// setLog makes the log that the options ask for.
func (a *app) setLog(o console.Options) {
	a.console = console.New(a.stderr, o)
	a.log = a.console.NewLog(a.redact)
}

// newProgress returns the progress of a run on dest; doing says what the run does.
func (a *app) newProgress(doing, dest string) *console.Progress {
	// The bar would be among the rows where both are on the terminal, also behind a
	// pipe: what reads there writes where it likes.
	rowsShown := dest == storage.Stdio && !isFile(a.stdout)
	return a.console.NewProgress(a.log, doing, !rowsShown)
}

// isFile reports whether w is a regular file.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// redact returns a message without secrets, whoever made it.
func (a *app) redact(text string) string { return a.secrets.Redact(text) }
