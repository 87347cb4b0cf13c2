package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/console"
	"batchreport/cmd/batchreport/internal/environ"
	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/cmd/batchreport/internal/manual"
	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/schema"
)

// commandFlags are the flags of one command, in the groups that its help shows.
type commandFlags struct {
	command string
	all     *pflag.FlagSet
	groups  []manual.Group
	own     []string // the flags that take other values here than in other commands; see variable
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
	c.groups = append(c.groups, manual.Group{Title: title, Flags: flags})
	c.all.AddFlagSet(flags)
}

// manual returns what the manual is told of the flags.
func (c *commandFlags) manual() manual.Flags {
	return manual.Flags{Groups: c.groups, Own: func(f *pflag.Flag) string {
		if !slices.Contains(c.own, f.Name) {
			return ""
		}
		return c.variable(f)
	}}
}

// bindRun binds the flags that say how to convert, and do not change the output.
func bindRun(f *pflag.FlagSet, r *convert.Run) {
	f.Func("workers", "`NUMBER` of workers; the output does not depend on it (default one a core)", values.Count(&r.Workers))
	f.Func("temp-dir", "`FOLDER` for rows that --sort-by has no memory for, about as large as a task (default that of the system)", values.LocalPath("--temp-dir", &r.TempDir))
}

// bindMixedLayout binds the flag of the commands that compare a table with the one
// that is there.
func bindMixedLayout(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "mixed-layout", false, "write to DEST although jobs there have another format or other partition columns, so that they are not of one table; also to move a table to another layout job by job")
}

// bindDryRun binds the flag of the commands that change something.
func bindDryRun(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "dry-run", false, "say what would be done, and change nothing")
}

// messages adds the flags that say what a command prints. asJSON is nil for a
// command whose result is JSON in any case.
func (c *commandFlags) messages(o *console.Options, asJSON *bool) {
	c.group("Messages", func(f *pflag.FlagSet) {
		if asJSON != nil {
			f.BoolVar(asJSON, "json", false, "print the result on standard output as one JSON object")
		}
		f.BoolVar(&o.Quiet, "quiet", false, "show errors only")
		f.BoolVarP(&o.Verbose, "verbose", "v", false, "show what is being done")
		f.Func("log-format", "`FORM` of messages: text or json (default text)", values.OneOf(&o.Format, "text", "json"))
		f.BoolP("help", "h", false, "show this help")
	})
}

// commandLine is a command line whose flags have been parsed.
type commandLine struct {
	args    []string                    // the arguments that are no flags
	changed func(name string) bool      // reports whether the user set a flag, one way or the other
	env     func(string) (string, bool) // looks up a variable of the environment
	set     []environ.Setting           // that have set flags
}

// variable returns the name of the variable that is a flag of the command too. A variable
// has one meaning, whatever the command: it can be set once for all of them. So a flag
// that takes other values than that of another command has a variable of its own, with
// the name of the command in it.
func (c *commandFlags) variable(f *pflag.Flag) string {
	name := f.Name
	if slices.Contains(c.own, name) {
		name = c.command + "-" + name
	}
	return environ.Name(name)
}

// variables returns the names of the variables that are flags of any command.
func variables() (names []string) {
	for _, e := range commands() {
		flags := newCommandFlags(e.Name, e.create())
		flags.all.VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				names = append(names, flags.variable(f))
			}
		})
	}
	return names
}

// parse parses args, and then sets the flags that are not among them from the
// environment. It returns pflag.ErrHelp where help is asked for.
func (c *commandFlags) parse(args []string, env func(string) (string, bool)) (commandLine, error) {
	if err := c.all.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return commandLine{}, err
		}
		return commandLine{}, c.wrongFlag(err)
	}
	if c.all.Changed("help") {
		return commandLine{}, pflag.ErrHelp
	}
	var errs []error
	var set []environ.Setting
	c.all.VisitAll(func(f *pflag.Flag) {
		value, ok := env(c.variable(f))
		if !ok || value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := c.all.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.variable(f), plainValue(err)))
		}
		set = append(set, environ.Setting{Name: c.variable(f), Flag: f.Name, Value: value})
	})
	if err := errors.Join(errs...); err != nil {
		return commandLine{}, c.usage(err)
	}
	return commandLine{c.all.Args(), c.all.Changed, env, set}, nil
}

// usage makes err an error of the command line.
func (c *commandFlags) usage(err error) error { return &fault.Usage{Command: c.command, Err: err} }

// wrongFlag is usage for an error of pflag's.
func (c *commandFlags) wrongFlag(err error) error {
	usage := &fault.Usage{Command: c.command, Err: plainValue(err)}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage
	}
	name, _, _ := strings.Cut(unknown.GetSpecifiedName(), "=")
	if letters := unknown.GetSpecifiedShortnames(); len(letters) > 1 {
		name, _, _ = strings.Cut(letters, "=") // a name after one dash
	} else if letters != "" {
		return usage
	}
	lists := "batchreport " + c.command + " --help lists the flags"
	if others := commandsWith(name); len(others) > 0 && c.all.Lookup(name) == nil {
		usage.Hint = c.command + " has no use for it, " + strings.Join(others, ", ") + " have; " + lists
		if len(others) == 1 {
			usage.Hint = c.command + " has no use for it, " + others[0] + " has; " + lists
		}
		return usage
	}
	var names []string
	c.all.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := schema.Nearest(name, names...); near != "" {
		usage.Hint = "did you mean --" + near + "? " + lists
	}
	return usage
}

// commandsWith returns the commands that have a flag of that name.
func commandsWith(name string) []string {
	var with []string
	for _, e := range commands() {
		if hasFlag(e.Name, name) {
			with = append(with, e.Name)
		}
	}
	return with
}

// hasFlag reports whether a command has a flag of that name.
func hasFlag(command, name string) bool {
	e, err := findCommand(command)
	return err == nil && newCommandFlags(command, e.create()).all.Lookup(name) != nil
}

// plainValue returns an error of a flag's value in words of the command line, not of
// the functions that parse it.
func plainValue(err error) error {
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	text := ""
	switch {
	case !errors.As(err, &number):
		return err
	case errors.Is(err, strconv.ErrRange):
		text = "out of range"
	case number.Func == "ParseBool":
		text = "neither true nor false"
	default:
		text = "not a whole number"
	}
	if errors.As(err, &invalid) {
		return fmt.Errorf("invalid argument %q for %q flag: %s", invalid.GetValue(), "--"+invalid.GetFlag().Name, text)
	}
	return fmt.Errorf("%q is %s", number.Num, text)
}
