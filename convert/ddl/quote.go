package ddl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sqlString returns an expression of standard SQL for a string: a literal, with chr()
// between its parts in place of what a terminal would not show, for literals have no
// escapes.
func sqlString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'':
			b.WriteString("''")
		case !unicode.IsGraphic(r):
			fmt.Fprintf(&b, "' || chr(%d) || '", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// isGraphic reports whether a terminal shows all characters of s, and takes none for
// a command.
func isGraphic(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// quoteName quotes the parts of a name such as database.table where they need it.
func quoteName(name, quote string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		if !isPlainName(p) {
			parts[i] = quote + strings.ReplaceAll(p, quote, quote+quote) + quote
		}
	}
	return strings.Join(parts, ".")
}

// isPlainName reports whether all dialects take name without quotes.
func isPlainName(name string) bool {
	for i, r := range name {
		if (r < 'a' || r > 'z') && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return !strings.Contains(reserved, " "+name+" ")
}

// reserved are the words that one of the dialects keeps for itself:
// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html and DuckDB's
// duckdb_keywords(). Quoting one too many does no harm.
const reserved = " all alter analyse analyze and any array as asc asymmetric authorization between bigint binary boolean " +
	"both by case cast char check collate column commit constraint create cross cube current_date current_time " +
	"current_timestamp current_user cursor database date deallocate decimal default deferrable delete desc describe " +
	"distinct double drop else end escape except exchange execute exists extended external extract false fetch first " +
	"float following for foreign from full function grant group grouping having if import in initially inner insert " +
	"int integer intersect interval into is join lambda last lateral leading left less like limit local localtime " +
	"localtimestamp macro map more natural none normalize not null numeric of offset on only or order out outer over " +
	"overlaps partialscan partition percent placing preceding precision prepare preserve primary procedure qualify " +
	"range reads recursive reduce references regexp returning revoke right rlike rollback rollup row rows select set " +
	"show skip smallint some start summarize symmetric table tablesample then time timestamp to trailing transform " +
	"trigger trim true truncate unbounded uescape union unique uniquejoin unnest unpivot update user using utc_timestamp " +
	"values variadic view views when where window with "
