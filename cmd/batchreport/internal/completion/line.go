package completion

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Line is what the words behind a command say.
type Line struct {
	Waiting *pflag.Flag // whose value is to follow; nil if none is
	Ended   bool        // whether -- ends the flags
	Args    int         // how many words are no flags

	used []string // names of flags
}

// ReadLine reads the words behind a command.
func ReadLine(flags *pflag.FlagSet, words []string) (l Line) {
	for _, word := range words {
		name, isLong := strings.CutPrefix(word, "--")
		name, _, isSet := strings.Cut(name, "=")
		switch {
		case l.Waiting != nil:
			l.Waiting = nil
		case l.Ended || word == "-" || !strings.HasPrefix(word, "-"):
			l.Args++
		case word == "--":
			l.Ended = true
		case isLong:
			l.used = append(l.used, name)
			if f := flags.Lookup(name); f != nil && f.NoOptDefVal == "" && !isSet {
				l.Waiting = f
			}
		}
	}
	return l
}

// bracketed finds what a line of candidates has no room for.
var bracketed = regexp.MustCompile(` *\([^()]*\)`)

// Unused returns the flags that can be added to the line.
func (l *Line) Unused(flags *pflag.FlagSet) (words []Candidate) {
	flags.VisitAll(func(f *pflag.Flag) {
		_, about := pflag.UnquoteUsage(f)
		if slices.Contains(l.used, f.Name) && !strings.Contains(about, "may be repeated") {
			return
		}
		about, _, _ = strings.Cut(bracketed.ReplaceAllString(about, ""), ";")
		words = append(words, Candidate{Word: "--" + f.Name, About: about})
	})
	return words
}
