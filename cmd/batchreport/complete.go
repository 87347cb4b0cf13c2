package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// completeCommand is the name of the command by which the scripts of completion ask what
// can follow. No help lists it. Its arguments are the words of the command line before the
// cursor, without the program's; the last is the one that is being typed.
//
// It prints how the shell is to go on, and then a line for each word that fits, with a tab
// and what it is about where that is known:
//
//	words   a word is complete, and a space follows
//	open    more may follow the word without a space
//	files   names of files fit
const completeCommand = "__complete"

// The ways to go on.
const (
	asWords = "words"
	asOpen  = "open"
	asFiles = "files"
)

// candidates are the words that can stand somewhere.
type candidates struct {
	how   string
	words []candidate
}

type candidate struct{ word, about string }

// complete prints what can follow.
func (a *app) complete(args []string) error {
	if len(args) == 0 {
		args = []string{""}
	}
	last := len(args) - 1
	// A quote that is still open is the shell's.
	current := strings.TrimLeft(args[last], `"'`)
	found := completions(args[:last], current)
	text := found.how + "\n"
	for _, c := range found.words {
		if strings.HasPrefix(c.word, current) {
			text += c.word
			if c.about != "" {
				text += "\t" + c.about
			}
			text += "\n"
		}
	}
	return a.print(text)
}

// completions returns what can stand in place of current behind the words.
func completions(words []string, current string) candidates {
	if len(words) == 0 {
		return candidates{asWords, append(commandWords(), candidate{"--help", "show the help"}, candidate{"--version", "print the version"})}
	}
	if words[0] == "help" {
		if len(words) > 1 {
			return candidates{how: asWords}
		}
		return candidates{asWords, append(commandWords(), topicWords()...)}
	}
	e, err := findCommand(words[0])
	if err != nil {
		return candidates{how: asWords}
	}
	flags := newCommandFlags(e.name, e.create()).all
	line := readLine(flags, words[1:])
	switch name, value, isSet := strings.Cut(current, "="); {
	case line.waiting != nil:
		return valuesOf(e.name, line.waiting, current)
	case line.ended:
	case isSet && strings.HasPrefix(name, "--"):
		f := flags.Lookup(name[len("--"):])
		if f == nil {
			return candidates{how: asWords}
		}
		return behind(name+"=", valuesOf(e.name, f, value))
	case strings.HasPrefix(current, "-"):
		return candidates{asWords, line.unused(flags)}
	}
	switch {
	case e.name == "completion" && line.args == 0:
		shells, _ := shells()
		return plainWords(shells...)
	case !strings.Contains(e.arguments, "SOURCE") && (!strings.Contains(e.arguments, "DEST") || line.args > 0):
		if line.ended || current != "" {
			return candidates{how: asWords}
		}
		return candidates{asWords, line.unused(flags)}
	}
	return candidates{how: asFiles}
}

func commandWords() (all []candidate) {
	for _, e := range commands() {
		all = append(all, candidate{e.name, e.synopsis})
	}
	return append(all, candidate{"help", "show the help"})
}

func topicWords() (all []candidate) {
	for _, t := range topics() {
		all = append(all, candidate{t.name, t.synopsis})
	}
	return all
}

// typedLine is what the words behind a command say.
type typedLine struct {
	used    []string    // names of flags
	waiting *pflag.Flag // whose value is to follow; nil if none is
	ended   bool        // whether -- ends the flags
	args    int         // how many words are no flags
}

// readLine reads the words behind a command.
func readLine(flags *pflag.FlagSet, words []string) (l typedLine) {
	for _, word := range words {
		name, isLong := strings.CutPrefix(word, "--")
		name, _, isSet := strings.Cut(name, "=")
		switch {
		case l.waiting != nil:
			l.waiting = nil
		case l.ended || word == "-" || !strings.HasPrefix(word, "-"):
			l.args++
		case word == "--":
			l.ended = true
		case isLong:
			l.used = append(l.used, name)
			if f := flags.Lookup(name); f != nil && f.NoOptDefVal == "" && !isSet {
				l.waiting = f
			}
		}
	}
	return l
}

// bracketed finds what a line of candidates has no room for.
var bracketed = regexp.MustCompile(` *\([^()]*\)`)

// unused returns the flags that can be added to the line.
func (l *typedLine) unused(flags *pflag.FlagSet) (words []candidate) {
	flags.VisitAll(func(f *pflag.Flag) {
		_, about := pflag.UnquoteUsage(f)
		if slices.Contains(l.used, f.Name) && !strings.Contains(about, "may be repeated") {
			return
		}
		about, _, _ = strings.Cut(bracketed.ReplaceAllString(about, ""), ";")
		words = append(words, candidate{"--" + f.Name, about})
	})
	return words
}

// behind returns the candidates with a prefix before each.
func behind(prefix string, c candidates) candidates {
	words := make([]candidate, len(c.words))
	for i, w := range c.words {
		words[i] = candidate{prefix + w.word, w.about}
	}
	return candidates{c.how, words}
}

// plainWords returns words that need no explanation.
func plainWords[T ~string](words ...T) candidates {
	c := candidates{how: asWords}
	for _, w := range words {
		c.words = append(c.words, candidate{word: string(w)})
	}
	return c
}
