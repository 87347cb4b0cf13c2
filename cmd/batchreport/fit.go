package main

import "strings"

// joint is a space at which no line is broken. It is shown as a space.
const joint = "\u00a0"

// whole returns words that stay on one line, such as a command to be copied.
func whole(words string) string { return strings.ReplaceAll(words, " ", joint) }

// wrap returns words in lines of that width, each with the indent before it.
func wrap(words, indent string, width int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsFuncSeq(words, func(r rune) bool { return r == ' ' || r == '\n' }) {
		n := columnsOf(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+n > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(strings.ReplaceAll(word, joint, " "))
		column += n
	}
	return b.String() + "\n"
}

// fit returns a text in lines of that width, and none wider than is easy to read. Lines of
// the text that go on with the one before are joined with it, and filled again.
func fit(text string, width int) string {
	width = min(width, widestHelp)
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		if last := len(rows) - 1; last >= 0 && goesOn(rows[last], line) {
			rows[last] += " " + strings.TrimLeft(line, " ")
		} else {
			rows = append(rows, line)
		}
	}
	for begin, end := 0, 0; begin < len(rows); begin = end {
		last := lastColumn(rows[begin])
		below := false
		for end = begin; end < len(rows) && (end == begin || last > 0 && lastColumn(rows[end]) == last); end++ {
			below = below || needsBelow(rows[end], width)
		}
		for i := begin; i < end; i++ {
			rows[i] = fitRow(rows[i], width, below)
		}
	}
	return strings.Join(rows, "\n")
}

// goesOn reports whether a line of a text goes on with the row before it: that of a
// paragraph with any that is not indented either, that of a table below the last column.
func goesOn(row, line string) bool {
	if row == "" || line == "" {
		return false
	}
	if !strings.HasPrefix(row, " ") {
		return !strings.HasPrefix(line, " ")
	}
	return lastColumn(row) > 0 && indentOf(line) == lastColumn(row)
}

// indentOf returns how many spaces a line begins with.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// lastColumn returns where the last column of a table's row begins; 0 where the row has
// no columns.
func lastColumn(row string) int {
	indent := indentOf(row)
	if gap := strings.LastIndex(row[indent:], "  "); gap > 0 {
		return indent + gap + 2
	}
	return 0
}

// leastBeside is how many columns the last column of a table has at least.
const leastBeside = 24

// needsBelow reports whether a table's row is wider than width, and what is behind its first
// column has to go below that, since the last column is too narrow.
func needsBelow(row string, width int) bool {
	last := lastColumn(row)
	return last > 0 && columnsOf(row) > width && (last > width-leastBeside || last+longestWord(row[last:]) > width)
}

// fitRow wraps a row that is wider than width. What follows on goes below the last column
// of a table, or everything behind the first column below that: all rows of a table alike.
func fitRow(row string, width int, below bool) string {
	indent := row[:indentOf(row)]
	wrapped := wrap(row, indent, width)
	if last := lastColumn(row); below {
		gap := len(indent) + strings.Index(row[len(indent):], "  ")
		text := row[last:]
		if between := strings.TrimSpace(row[gap:last]); between != "" {
			text = between + ": " + text
		}
		wrapped = row[:gap] + "\n" + wrap(text, indent+"    ", width)
	} else if columnsOf(row) <= width {
		return strings.ReplaceAll(row, joint, " ")
	} else if last > 0 {
		wrapped = row[:last] + wrap(row[last:], strings.Repeat(" ", last), width)[last:]
	}
	return strings.TrimSuffix(wrapped, "\n")
}

// longestWord returns how many columns the longest word of a text takes.
func longestWord(text string) (most int) {
	for word := range strings.SplitSeq(text, " ") {
		most = max(most, columnsOf(word))
	}
	return most
}

// fitCommand returns a command of a POSIX shell in lines of that width that can be copied:
// all but the last end in a backslash. A comment behind it that has no room there goes before.
func fitCommand(command string, width int) string {
	const indent = "  "
	width = min(width, widestHelp)
	if line := indent + command; columnsOf(line) <= width {
		return line + "\n"
	}
	before := ""
	if code, comment, ok := strings.Cut(command, "   # "); ok {
		before = wrap(comment, indent+"# ", width)
		command = code
	}
	v := view{width: width}
	v.words(` \`, shellFields(command))
	return before + strings.Join(v.text(), "")
}

// shellFields returns the words of a command as they are written: quoted ones have spaces.
func shellFields(command string) []string {
	parts := strings.Split(command, "'")
	for i := range parts {
		if i%2 == 1 {
			parts[i] = whole(parts[i])
		}
	}
	words := strings.Split(strings.Join(parts, "'"), " ")
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], joint, " ")
	}
	return words
}
