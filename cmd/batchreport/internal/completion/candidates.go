// Package completion says what can follow on a command line that is being typed: which flags, and
// which values of them. It has the scripts by which shells ask the command for that, and knows
// flags by their names, but not the table of commands.
package completion

import "strings"

// The ways in which a shell goes on.
const (
	AsWords = "words" // a word is complete, and a space follows
	AsOpen  = "open"  // more may follow the word without a space
	AsFiles = "files" // names of files fit
)

// Candidates are the words that can stand somewhere.
type Candidates struct {
	How   string
	Words []Candidate
}

// Candidate is one of them.
type Candidate struct{ Word, About string }

// Text returns what the scripts read: those that begin with what is typed.
func (c Candidates) Text(current string) string {
	text := c.How + "\n"
	for _, w := range c.Words {
		if strings.HasPrefix(w.Word, current) {
			text += w.Word
			if w.About != "" {
				text += "\t" + w.About
			}
			text += "\n"
		}
	}
	return text
}

// Words returns words that are complete, which may be none.
func Words(words ...Candidate) Candidates { return Candidates{How: AsWords, Words: words} }

// Files returns the names of files.
func Files() Candidates { return Candidates{How: AsFiles} }

// Behind returns the candidates with a prefix before each.
func Behind(prefix string, c Candidates) Candidates {
	words := make([]Candidate, len(c.Words))
	for i, w := range c.Words {
		words[i] = Candidate{Word: prefix + w.Word, About: w.About}
	}
	return Candidates{How: c.How, Words: words}
}

// Plain returns words that need no explanation.
func Plain[T ~string](words ...T) Candidates {
	c := Candidates{How: AsWords}
	for _, w := range words {
		c.Words = append(c.Words, Candidate{Word: string(w)})
	}
	return c
}
