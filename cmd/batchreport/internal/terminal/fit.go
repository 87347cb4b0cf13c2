package terminal

import "strings"

// joint is a space at which no line is broken. It is shown as a space.
const joint = "\u00a0"

// Whole returns words that stay on one line, such as a command to be copied.
func Whole(words string) string { return strings.ReplaceAll(words, " ", joint) }

// Wrap returns words in lines of that width, each with the indent before it.
func Wrap(words, indent string, width int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsFuncSeq(words, func(r rune) bool { return r == ' ' || r == '\n' }) {
		n := Columns(word)
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

// WidestText is the most columns that lines have which are filled: longer ones are hard to read.
const WidestText = 110

// Fit returns a text in lines of that width, and none wider than is easy to read. Lines of
// the text that go on with the one before are joined with it, and filled again.
func Fit(text string, width int) string {
	width = min(width, WidestText)
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
	return last > 0 && Columns(row) > width && (last > width-leastBeside || last+longestWord(row[last:]) > width)
}

// fitRow wraps a row that is wider than width. What follows on goes below the last column
// of a table, or everything behind the first column below that: all rows of a table alike.
func fitRow(row string, width int, below bool) string {
	indent := row[:indentOf(row)]
	wrapped := Wrap(row, indent, width)
	if last := lastColumn(row); below {
		gap := len(indent) + strings.Index(row[len(indent):], "  ")
		text := row[last:]
		if between := strings.TrimSpace(row[gap:last]); between != "" {
			text = between + ": " + text
		}
		wrapped = row[:gap] + "\n" + Wrap(text, indent+"    ", width)
	} else if Columns(row) <= width {
		return strings.ReplaceAll(row, joint, " ")
	} else if last > 0 {
		wrapped = row[:last] + Wrap(row[last:], strings.Repeat(" ", last), width)[last:]
	}
	return strings.TrimSuffix(wrapped, "\n")
}

// longestWord returns how many columns the longest word of a text takes.
func longestWord(text string) (most int) {
	for word := range strings.SplitSeq(text, " ") {
		most = max(most, Columns(word))
	}
	return most
}

// FitCommand returns a command of a POSIX shell in lines of that width that can be copied:
// all but the last end in a backslash. A comment behind it that has no room there goes before.
func FitCommand(command string, width int) string {
	const indent = "  "
	width = min(width, WidestText)
	if line := indent + command; Columns(line) <= width {
		return line + "\n"
	}
	before := ""
	if code, comment, ok := strings.Cut(command, "   # "); ok {
		before = Wrap(comment, indent+"# ", width)
		command = code
	}
	v := View{Width: width}
	v.Words(` \`, shellFields(command))
	return before + strings.Join(v.Text(), "")
}

// shellFields returns the words of a command as they are written: quoted ones have spaces.
func shellFields(command string) []string {
	parts := strings.Split(command, "'")
	for i := range parts {
		if i%2 == 1 {
			parts[i] = Whole(parts[i])
		}
	}
	words := strings.Split(strings.Join(parts, "'"), " ")
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], joint, " ")
	}
	return words
}
