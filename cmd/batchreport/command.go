package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/environ"
	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/convert/storage"
	"batchreport/convert/storage/s3"
)

// command is one command. Its flags are bound to its fields, so every command
// line needs a new value. Only exec calls the methods, in the order below.
type command interface {
	// bind adds the flags of the command.
	bind(flags *commandFlags)
	// check keeps the arguments that are no flags, and reports everything that is
	// wrong with the command line.
	check(line commandLine) error
	// shared returns the values of the flags that all commands have.
	shared() *common
	// run does what the command line asks for. Its result goes to a's standard output.
	run(ctx context.Context, a *app, store storage.Store) error
}

// common holds the values of the flags that all commands have. Every command embeds
// it.
type common struct {
	s3     s3.Options
	log    console.Options
	asJSON bool // stays false in deploy, whose result is what an engine takes
}

// bind implements command. A command with flags of its own adds those first.
func (c *common) bind(flags *commandFlags) {
	flags.group("S3", func(f *pflag.FlagSet) { bindS3(f, &c.s3) })
	flags.messages(&c.log, &c.asJSON)
}

// shared implements command.
func (c *common) shared() *common { return c }

// entry is a row of the table of commands.
type entry struct {
	manual.Command
	create func() command
}

// manual returns what the manual is told of the command.
func (e entry) manual() manual.Command {
	d := e.Command
	d.Flags = newCommandFlags(e.Name, e.create()).manual()
	return d
}

// exec runs a command with the arguments that follow its name.
func (a *app) exec(ctx context.Context, e entry, args []string) error {
	c := e.create()
	flags := newCommandFlags(e.Name, c)
	line, err := flags.parse(args, a.env.Lookup)
	if errors.Is(err, pflag.ErrHelp) {
		return a.printHelp(e)
	}
	shared := c.shared()
	a.asJSON = shared.asJSON
	a.setLog(shared.log) // of flags before a wrong one, too
	if err != nil {
		return err
	}
	for _, warning := range a.env.Strange(variables()) {
		a.log.Warn(warning)
	}
	err = environ.Blame(c.check(line), line.set)
	if err != nil {
		err = flags.usage(err)
	} else {
		a.left = interruptedHint(e.Name)
		err = c.run(ctx, a, openStore(ctx, shared.s3, a.log))
	}
	if err != nil && a.asJSON && !a.hasResult && !isRows(line) {
		err = errors.Join(err, a.printResult(result.Failed{Header: result.NewHeader(e.Name, ""), Problems: a.problems(err)}))
	}
	return err
}

// isRows reports whether standard output is for rows.
func isRows(line commandLine) bool {
	return len(line.args) > 0 && line.args[len(line.args)-1] == storage.Stdio
}
