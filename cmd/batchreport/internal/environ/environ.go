// Package environ is the environment of a process, and says which of its variables are flags.
package environ

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/fault"
	"batchreport/schema"
)

// prefix begins the names of the variables that are flags.
const prefix = "BATCHREPORT_"

// Name returns the name of the variable that is a flag.
func Name(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Vars are the variables of an environment, each as name=value.
type Vars []string

// Lookup looks up a variable.
func (v Vars) Lookup(name string) (string, bool) {
	for _, pair := range v { // the first one counts, as for os.Getenv
		if n, value, ok := strings.Cut(pair, "="); ok && n == name {
			return value, true
		}
	}
	return "", false
}

// Strange returns a warning of each variable that looks like a flag, and is not among the known.
func (v Vars) Strange(known []string) (warnings []string) {
	for _, pair := range v {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, prefix) || slices.Contains(known, name) {
			continue
		}
		meant := ""
		short := make([]string, len(known))
		for i, k := range known {
			short[i] = strings.TrimPrefix(k, prefix)
		}
		if near := schema.Nearest(strings.TrimPrefix(name, prefix), short...); near != "" {
			meant = fmt.Sprintf("; did you mean %s?", prefix+near)
		}
		warnings = append(warnings, "no command has a flag of the name of the variable "+name+meant)
	}
	return warnings
}

// Setting is a variable that has set a flag.
type Setting struct{ Name, Flag, Value string }

// Blame returns an error of a command line with the names of the variables, if any, that have
// set the flags which it is about: those that it names first, or whose value it quotes.
func Blame(err error, set []Setting) error {
	if err == nil || len(set) == 0 {
		return err
	}
	var errs []error
	for _, e := range fault.Split(err) {
		message := e.Error()
		about, _, _ := strings.Cut(message, " ")
		for _, s := range set {
			if about == s.Flag+":" || about == "--"+s.Flag || about == "--"+s.Flag+":" || strings.Contains(message, strconv.Quote(s.Value)) {
				e = fmt.Errorf("%s: %w", s.Name, e)
				break
			}
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}
