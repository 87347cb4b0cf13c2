package manual

import (
	"fmt"
	"strings"
)

// Ending is a way in which a command can end.
type Ending struct {
	Code  int
	Means string
}

// ExitCodes lists the exit codes of a command, from its endings.
func ExitCodes(endings ...Ending) string {
	var b strings.Builder
	b.WriteString("Exit codes:\n")
	for _, e := range endings {
		fmt.Fprintf(&b, "  %3d  %s\n", e.Code, e.Means)
	}
	return b.String()
}
