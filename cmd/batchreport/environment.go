package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/schema"
)

// variablePrefix begins the names of the variables that are flags.
const variablePrefix = "BATCHREPORT_"

// variable returns the name of the variable that is a flag of the command too. A variable
// has one meaning, whatever the command: it can be set once for all of them. So a flag
// that takes other values than that of another command has a variable of its own, with
// the name of the command in it.
func (c *commandFlags) variable(f *pflag.Flag) string {
	name := f.Name
	if slices.Contains(c.own, name) {
		name = c.command + "-" + name
	}
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// variable is a variable of the environment that has set a flag.
type variable struct{ name, flag, value string }

// blame returns an error of check with the names of the variables, if any, that have set
// the flags which it is about: those that it names first, or whose value it quotes.
func (l commandLine) blame(err error) error {
	if err == nil || len(l.set) == 0 {
		return err
	}
	var errs []error
	for _, e := range fault.Split(err) {
		message := e.Error()
		about, _, _ := strings.Cut(message, " ")
		for _, v := range l.set {
			if about == v.flag+":" || about == "--"+v.flag || about == "--"+v.flag+":" || strings.Contains(message, strconv.Quote(v.value)) {
				e = fmt.Errorf("%s: %w", v.name, e)
				break
			}
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// env looks up a variable of the environment.
func (a *app) env(name string) (string, bool) {
	for _, pair := range a.environ { // the first one counts, as for os.Getenv
		if n, value, ok := strings.Cut(pair, "="); ok && n == name {
			return value, true
		}
	}
	return "", false
}

// warnVariables warns of variables that look like flags and are none of any command.
func (a *app) warnVariables() {
	var known []string
	for _, e := range commands() {
		flags := newCommandFlags(e.Name, e.create())
		flags.all.VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				known = append(known, flags.variable(f))
			}
		})
	}
	for _, pair := range a.environ {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) {
			continue
		}
		meant := ""
		short := make([]string, len(known))
		for i, k := range known {
			short[i] = strings.TrimPrefix(k, variablePrefix)
		}
		if near := schema.Nearest(strings.TrimPrefix(name, variablePrefix), short...); near != "" {
			meant = fmt.Sprintf("; did you mean %s?", variablePrefix+near)
		}
		a.log.Warn("no command has a flag of the name of the variable " + name + meant)
	}
}
