package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/redact"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/schema"
)

// errRejects is the error of a run that is done except for rejected rows, which have
// been reported already.
var errRejects = errors.New("rows were rejected")

// usageError is a command line that cannot be run.
type usageError struct {
	command string // the command's name; empty where no command was recognised
	err     error
	hint    string // empty for the one of the command
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

// app is what a command has of the outside world. exec sets asJSON, console and log
// as the flags say.
type app struct {
	environ        []string // name=value
	stdin          io.Reader
	stdout, stderr io.Writer
	secrets        redact.Secrets // that no message shows
	left           string         // what is left of the command if it is interrupted, and what to do
	hasResult      bool           // whether the command has printed its result
	asJSON         bool           // whether results are printed as JSON
	console        *console.Console
	log            *slog.Logger
}

// run runs a command line and returns its exit code. Results go to stdout,
// everything else to stderr. environ is as os.Environ has it. Only a signal cancels ctx.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr}
	a.setLog(console.Options{})
	defer func() {
		if p := recover(); p != nil {
			a.log.Debug(string(debug.Stack()))
			code = a.exit(ctx, fmt.Errorf("panic: %v", p))
		}
	}()
	a.secrets = redact.Of(a.env)
	return a.exit(ctx, a.dispatch(ctx, args))
}

// dispatch runs the command that args begin with.
func (a *app) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return &usageError{err: errors.New("no command given")}
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help":
		return a.help(rest)
	case "-h", "--help":
		return a.help(rest)
	case "-V", "--version":
		name = "version"
	case completeCommand:
		return a.complete(rest)
	case manCommand:
		return a.man(rest)
	}
	if strings.HasPrefix(name, "-") {
		return flagFirst(args)
	}
	e, err := findCommand(name)
	if err != nil {
		return err
	}
	return a.exec(ctx, e, rest)
}

// flagFirst is the error of args that begin with a flag.
func flagFirst(args []string) error {
	flag, _, _ := strings.Cut(args[0], "=")
	command, meant := "COMMAND", flag
	for _, arg := range args[1:] {
		e, err := findCommand(arg)
		if err != nil {
			continue
		}
		command = arg
		var names []string
		newCommandFlags(e.Name, e.create()).all.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := schema.Nearest(strings.TrimLeft(flag, "-"), names...); near != "" {
			meant = "--" + near
		}
		break
	}
	return &usageError{
		err:  fmt.Errorf("%q stands before the command", flag),
		hint: "flags come after the command: batchreport " + command + " " + meant + " …; batchreport help lists the commands",
	}
}

// findCommand returns the command of that name. Of what is none, others may be meant too.
func findCommand(name string, others ...string) (entry, error) {
	names := append([]string{"help"}, others...)
	for _, e := range commands() {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	err := &usageError{err: fmt.Errorf("unknown command %q", name)}
	if near := schema.Nearest(name, names...); near != "" {
		err.hint = "did you mean " + near + "? "
	}
	err.hint += "batchreport help lists the commands"
	return entry{}, err
}

// exit reports the error that a command ended with, if any, and returns the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	var usage *usageError
	var address *storage.AddressError // of a plan
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errRejects):
		return exitRejects
	case errors.Is(err, errThreshold):
		return exitThreshold
	case errors.As(err, &usage):
		a.report(usage)
		return exitUsage
	case errors.As(err, &address):
		a.report(err)
		return exitUsage
	case ctx.Err() != nil:
		a.reportBut(context.Cause(ctx), err)
		if a.left != "" {
			a.log.Error("interrupted", console.HintKey, a.left)
		} else {
			a.log.Error("interrupted")
		}
		if errors.Is(err, storage.ErrUnknown) {
			return exitUnknown
		}
		return exitInterrupted
	default:
		a.report(err)
		return exitOf(err)
	}
}

// exitOf returns the exit code for an error that has been reported. An unknown
// outcome takes precedence over all else. That another run holds DEST decides only
// where nothing else went wrong.
func exitOf(err error) int {
	if errors.Is(err, storage.ErrUnknown) {
		return exitUnknown
	}
	for _, e := range split(err) {
		if held := (*ledger.HeldError)(nil); !errors.As(e, &held) {
			return exitFailed
		}
	}
	return exitHeld
}
