package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/environ"
	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/redact"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert/storage"
)

// app is what a command has of the outside world. exec sets asJSON, console and log
// as the flags say.
type app struct {
	env            environ.Vars
	stdin          io.Reader
	stdout, stderr io.Writer
	secrets        redact.Secrets // that no message shows
	left           string         // what is left of the command if it is interrupted, and what to do
	hasResult      bool           // whether the command has printed its result
	asJSON         bool           // whether results are printed as JSON
	console        *console.Console
	log            *slog.Logger
}

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

// setGC sets the share of memory, in percent, that may be garbage, unless the environment
// does. It returns what sets it back.
func (a *app) setGC(percent int) (reset func()) {
	if _, set := a.env.Lookup("GOGC"); set {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// redact returns a message without secrets, whoever made it.
func (a *app) redact(text string) string { return a.secrets.Redact(text) }

// report shows an error: one line for each of the errors it joins.
func (a *app) report(err error) { a.reportBut(nil, err) }

// reportBut shows an error as report does, without the errors that come from cause;
// those that leave an outcome unknown are shown all the same.
func (a *app) reportBut(cause, err error) {
	said := map[string]bool{}
	for _, e := range fault.Split(err) {
		expected := cause != nil && (errors.Is(e, cause) || errors.Is(e, context.Canceled))
		if expected && !errors.Is(e, storage.ErrUnknown) {
			continue
		}
		message := strings.ReplaceAll(e.Error(), "\n", "; ")
		if said[message] {
			continue // several jobs may fail for one reason
		}
		said[message] = true
		if h := fault.Hint(e); h != "" {
			a.log.Error(message, console.HintKey, h)
		} else {
			a.log.Error(message)
		}
	}
}

// exit reports the error that a command ended with, if any, and returns the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	code := exit.Of(err)
	switch code {
	case exit.Done, exit.Rejects, exit.Threshold: // what there is to say has been said
		return code
	case exit.Usage:
		if usage := (*fault.Usage)(nil); errors.As(err, &usage) {
			err = usage
		}
		a.report(err)
		return code
	}
	if ctx.Err() == nil {
		a.report(err)
		return code
	}
	a.reportBut(context.Cause(ctx), err)
	if a.left != "" {
		a.log.Error("interrupted", console.HintKey, a.left)
	} else {
		a.log.Error("interrupted")
	}
	if code != exit.Unknown {
		code = exit.Interrupted
	}
	return code
}

// explain returns what is said of an error, and what the user can do about it.
func (a *app) explain(err error) (message, hint string) {
	return a.redact(err.Error()), a.redact(fault.Hint(err))
}

// problems returns what a result says about the errors that err joins.
func (a *app) problems(err error) result.Problems { return result.NewProblems(err, a.explain) }

// printResult prints a result.
func (a *app) printResult(r result.Result) error {
	a.hasResult = true
	if a.asJSON {
		object, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		return a.print(string(terminal.VisibleJSON(object)) + "\n")
	}
	var errs []error
	for _, line := range r.Lines() {
		errs = append(errs, a.print(line))
	}
	return errors.Join(errs...)
}

// print writes text to standard output.
func (a *app) print(text string) error {
	if _, err := io.WriteString(a.stdout, text); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return nil
}
