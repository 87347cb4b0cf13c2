package ddl

import (
	"fmt"
	"strings"

	"batchreport/convert/storage"
	"batchreport/schema/message"
)

// messagesView returns the view that has the whole message in every row, in SQL
// that all dialects take; nothing where the table has it already, and a comment
// where a job has dropped it.
func (t *definition) messagesView(quote string) string {
	return t.messagesViewOf(quoteName(t.Table, quote), quoteName(t.Table+"_messages", quote))
}

// messagesViewOf is messagesView with the quoted names of the table and of the view.
func (t *definition) messagesViewOf(from, view string) string {
	if !t.rebuild {
		return ""
	}
	if t.dropped != "" {
		return fmt.Sprintf("\n-- There is no view of whole messages: job %s was converted without them.\n", storage.Shown(t.dropped))
	}
	var b strings.Builder
	for k := message.KindEmpty; k <= message.KindText; k++ {
		switch {
		case k.Prefix() != "":
			fmt.Fprintf(&b, "    WHEN %s THEN %s || result_json\n", sqlString(k.String()), sqlString(k.Prefix()))
		case k == message.KindJSON:
			fmt.Fprintf(&b, "    WHEN %s THEN result_json\n", sqlString(k.String()))
		}
	}
	return fmt.Sprintf(`
-- result_message is null where it can be rebuilt from result_json. This view has
-- the whole message in every row.
CREATE OR REPLACE VIEW %s AS
SELECT *,
  COALESCE(result_message, CASE result_kind
    WHEN %s THEN ''
%s  END) AS message
FROM %s;
`, view, sqlString(message.KindEmpty.String()), b.String(), from)
}
