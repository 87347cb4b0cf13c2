// Package shell writes commands as a POSIX shell takes them.
package shell

import "strings"

// Quoted returns a text as one word of a POSIX shell.
func Quoted(text string) string {
	safe := func(r rune) bool {
		return strings.ContainsRune("/:._-+=@%,", r) || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Command returns a program and its arguments as a command of a POSIX shell.
func Command(program string, args []string) string {
	words := []string{Quoted(program)}
	for _, arg := range args {
		words = append(words, Quoted(arg))
	}
	return strings.Join(words, " ")
}
