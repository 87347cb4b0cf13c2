package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/redact"
	"batchreport/schema"
)

// run runs a command line and returns its exit code. Results go to stdout,
// everything else to stderr. env is as os.Environ has it. Only a signal cancels ctx.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	a.setLog(console.Options{})
	defer func() {
		if p := recover(); p != nil {
			a.log.Debug(string(debug.Stack()))
			code = a.exit(ctx, fmt.Errorf("panic: %v", p))
		}
	}()
	a.secrets = redact.Of(a.env.Lookup)
	return a.exit(ctx, a.dispatch(ctx, args))
}

// dispatch runs the command that args begin with.
func (a *app) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return &fault.Usage{Err: errors.New("no command given")}
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
	return &fault.Usage{
		Err:  fmt.Errorf("%q stands before the command", flag),
		Hint: "flags come after the command: batchreport " + command + " " + meant + " …; batchreport help lists the commands",
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
	err := &fault.Usage{Err: fmt.Errorf("unknown command %q", name)}
	if near := schema.Nearest(name, names...); near != "" {
		err.Hint = "did you mean " + near + "? "
	}
	err.Hint += "batchreport help lists the commands"
	return entry{}, err
}
