package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/convert"
)

// commandFlags are the flags of one command, in the groups that its help shows.
type commandFlags struct {
	command string
	all     *pflag.FlagSet
	groups  []flagGroup
}

type flagGroup struct {
	title string
	flags *pflag.FlagSet
}

func newCommandFlags(command string) *commandFlags {
	c := &commandFlags{command: command, all: pflag.NewFlagSet(command, pflag.ContinueOnError)}
	c.all.Usage = func() {} // the command prints its help itself
	return c
}

// group adds a group of flags, which bind fills.
func (c *commandFlags) group(title string, bind func(*pflag.FlagSet)) {
	flags := pflag.NewFlagSet(title, pflag.ContinueOnError)
	flags.SortFlags = false
	bind(flags)
	c.groups = append(c.groups, flagGroup{title, flags})
	c.all.AddFlagSet(flags)
}

// bindRun binds the flags of the commands that convert, for what does not change output.
func bindRun(f *pflag.FlagSet, r *convert.Run) {
	f.Func("workers", "`NUMBER` of workers; the output does not depend on it (default one a core)", count(&r.Workers))
	f.StringVar(&r.TempDir, "temp-dir", "", "`FOLDER` for rows that --sort-by has no memory for, about as large as a task (default that of the system)")
}

// bindDryRun binds the flag of the commands that change something.
func bindDryRun(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "dry-run", false, "say what would be done, and change nothing")
}

// messages adds the flags that all commands have. asJSON is nil for a command
// whose result is JSON in any case.
func (c *commandFlags) messages(o *logOptions, asJSON *bool) {
	c.group("Messages", func(f *pflag.FlagSet) {
		if asJSON != nil {
			f.BoolVar(asJSON, "json", false, "print the result on standard output as one JSON object")
		}
		f.BoolVar(&o.quiet, "quiet", false, "show errors only")
		f.BoolVarP(&o.verbose, "verbose", "v", false, "show what is being done")
		f.Func("log-format", "`FORM` of messages: text or json (default text)", oneOf(&o.format, "text", "json"))
		f.BoolP("help", "h", false, "show this help")
	})
}

// parse parses the arguments of a command and returns those that are no flags.
// Where help is asked for, it prints that and returns pflag.ErrHelp.
func (a *app) parse(flags *commandFlags, about string, args []string) ([]string, error) {
	args, err := flags.parse(args, a.env)
	if errors.Is(err, pflag.ErrHelp) {
		if err := a.print(about + flags.help() + exitCodes); err != nil {
			return nil, err
		}
	}
	return args, err
}

// parse parses args, then takes what they leave unset from the environment. It
// returns the arguments that are no flags, and pflag.ErrHelp where help is asked for.
func (c *commandFlags) parse(args []string, env func(string) (string, bool)) ([]string, error) {
	if err := c.all.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, err
		}
		return nil, c.usage(err)
	}
	if c.all.Changed("help") {
		return nil, pflag.ErrHelp
	}
	var errs []error
	c.all.VisitAll(func(f *pflag.Flag) {
		variable := "BATCHREPORT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := env(variable)
		if !ok || value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := c.all.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", variable, err))
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, c.usage(err)
	}
	return c.all.Args(), nil
}

// changed reports whether the user set a flag, one way or the other.
func (c *commandFlags) changed(name string) bool { return c.all.Changed(name) }

// usage makes err an error of the command line.
func (c *commandFlags) usage(err error) error { return &usageError{c.command, err} }

// help returns the flags by groups.
func (c *commandFlags) help() string {
	var b strings.Builder
	for _, g := range c.groups {
		fmt.Fprintf(&b, "%s:\n%s\n", g.title, g.flags.FlagUsagesWrapped(100))
	}
	return b.String()
}
