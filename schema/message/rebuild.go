package message

import "bytes"

// NumKinds is the number of kinds.
const NumKinds = int(KindText) + 1

// Rebuilds reports whether the message that m was split from is the kind's
// Prefix and JSON, byte for byte, so that a row need not keep it.
func (m *Message) Rebuilds(message []byte) bool {
	if m.Kind == KindEmpty {
		return len(message) == 0
	}
	rest, ok := bytes.CutPrefix(message, []byte(m.Kind.Prefix()))
	return ok && m.JSON != nil && bytes.Equal(rest, m.JSON)
}
