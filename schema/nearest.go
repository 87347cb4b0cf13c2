package schema

import "strings"

// Nearest returns the one of several words that somebody most likely meant who wrote
// another; empty where none is near enough. It is the first of those with the fewest
// letters that are missing, too many, wrong or swapped.
func Nearest(word string, among ...string) string {
	word = strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(word))
	nearest, least := "", min(2, len(word)/3)+1
	for _, a := range among {
		other := strings.ReplaceAll(strings.ToLower(a), "_", "-")
		d := distance(word, other)
		// A word that was begun, or that has something before or behind it.
		if len(word) >= 3 && strings.HasPrefix(other, word) || len(other) >= 4 && strings.HasPrefix(word, other) {
			d = min(d, 1)
		}
		if d < least {
			nearest, least = a, d
		}
	}
	return nearest
}

// DidYouMean is what a message says of the word that Nearest returns, with a
// semicolon before it; empty where there is none.
func DidYouMean(word string, among ...string) string {
	nearest := Nearest(word, among...)
	if nearest == "" {
		return ""
	}
	return "; did you mean " + nearest + "?"
}

// distance is the number of letters that are to be inserted, deleted, replaced or
// swapped with the next one to make b of a.
func distance(a, b string) int {
	if len(a) > maxWord || len(b) > maxWord {
		return maxWord
	}
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last = last, row
		row = make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// maxWord is the length in bytes above which nothing is a word.
const maxWord = 64
