package human

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON returns a plain value as one line of JSON, in which <, > and & stand as they are.
func JSON(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)                // plain values can be encoded, and a buffer takes all
	return strings.TrimSpace(b.String()) // without the line end
}
