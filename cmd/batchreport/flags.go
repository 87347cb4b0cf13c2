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

// newCommandFlags returns the flags of the command of that name, bound to c.
func newCommandFlags(name string, c command) *commandFlags {
	flags := &commandFlags{command: name, all: pflag.NewFlagSet(name, pflag.ContinueOnError)}
	flags.all.Usage = func() {} // exec prints the help
	c.bind(flags)
	return flags
}

// group adds a group of flags; bind adds the flags to it.
func (c *commandFlags) group(title string, bind func(*pflag.FlagSet)) {
	flags := pflag.NewFlagSet(title, pflag.ContinueOnError)
	flags.SortFlags = false
	bind(flags)
	c.groups = append(c.groups, flagGroup{title, flags})
	c.all.AddFlagSet(flags)
}

// bindRun binds the flags that say how to convert, and do not change the output.
func bindRun(f *pflag.FlagSet, r *convert.Run) {
	f.Func("workers", "`NUMBER` of workers; the output does not depend on it (default one a core)", count(&r.Workers))
	f.Func("temp-dir", "`FOLDER` for rows that --sort-by has no memory for, about as large as a task (default that of the system)", localPath("--temp-dir", &r.TempDir))
}

// bindDryRun binds the flag of the commands that change something.
func bindDryRun(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "dry-run", false, "say what would be done, and change nothing")
}

// messages adds the flags that say what a command prints. asJSON is nil for a
// command whose result is JSON in any case.
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

// commandLine is a command line whose flags have been parsed.
type commandLine struct {
	args    []string                    // the arguments that are no flags
	changed func(name string) bool      // reports whether the user set a flag, one way or the other
	env     func(string) (string, bool) // looks up a variable of the environment
}

// parse parses args, and then sets the flags that are not among them from the
// environment. It returns pflag.ErrHelp where help is asked for.
func (c *commandFlags) parse(args []string, env func(string) (string, bool)) (commandLine, error) {
	if err := c.all.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return commandLine{}, err
		}
		return commandLine{}, c.usage(err)
	}
	if c.all.Changed("help") {
		return commandLine{}, pflag.ErrHelp
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
		return commandLine{}, c.usage(err)
	}
	return commandLine{c.all.Args(), c.all.Changed, env}, nil
}

// usage makes err an error of the command line.
func (c *commandFlags) usage(err error) error { return &usageError{c.command, err} }

// help returns what the help says about the flags, group by group.
func (c *commandFlags) help() string {
	var b strings.Builder
	for _, g := range c.groups {
		fmt.Fprintf(&b, "%s:\n%s\n", g.title, g.flags.FlagUsagesWrapped(100))
	}
	return b.String()
}
