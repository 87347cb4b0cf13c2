package manual

import (
	"strings"

	"batchreport/cmd/batchreport/internal/terminal"
)

// pageWidth is how wide lines are that are not filled: what a terminal of 80 columns has
// beside the indent.
const pageWidth = 71

// roffText returns a text of help in roff: its paragraphs are filled, but for those with
// indented lines, which stay as they are.
func roffText(text string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.Trim(terminal.Fit(text, pageWidth), "\n"), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		lines := roffLines(paragraph + "\n")
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			lines = ".nf\n" + lines + ".fi\n"
		}
		b.WriteString(lines)
	}
	return b.String()
}

// roffLines returns lines of text in roff: a dot or a quote that begins one is no request.
func roffLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			b.WriteString(`\&`)
		}
		b.WriteString(roff(line))
	}
	return b.String()
}

// roff returns text in roff that stays as it is, so that it can be copied.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`, "…", "...").Replace(text)
}
