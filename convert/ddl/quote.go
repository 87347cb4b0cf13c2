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
	return eachPart(name, func(part string) string { return quoteColumn(part, quote) })
}

// eachPart changes the parts of a name such as database.table.
func eachPart(name string, change func(part string) string) string {
	parts := strings.Split(name, ".")
	for i := range parts {
		parts[i] = change(parts[i])
	}
	return strings.Join(parts, ".")
}

// quoteColumn quotes a name that has no parts, where it needs it.
func quoteColumn(name, quote string) string {
	if isPlainName(name) {
		return name
	}
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}

// escapeColumn is quoteColumn for readers in whose names, within backquotes, a backslash
// escapes.
func escapeColumn(name string) string {
	if isPlainName(name) {
		return name
	}
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// isPlainName reports whether all dialects take name without quotes.
func isPlainName(name string) bool {
	return isLowerWord(name) && !isReserved[name]
}

// isReserved has the words of reserved. Statements that load have thousands of names.
var isReserved = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(reserved) {
		words[word] = true
	}
	return words
}()

// isLowerWord reports whether name has lower-case letters, digits and _ alone, a letter
// first.
func isLowerWord(name string) bool {
	for i, r := range name {
		if (r < 'a' || r > 'z') && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return true
}

// reserved are the words that one of the dialects keeps for itself:
// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html, DuckDB's
// duckdb_keywords(), https://www.postgresql.org/docs/current/sql-keywords-appendix.html,
// https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html,
// https://docs.snowflake.com/en/sql-reference/reserved-keywords,
// https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords
// and https://trino.io/docs/current/language/reserved.html. Quoting one too many does no
// harm.
const reserved = " " +
	"account aes128 aes256 all allowoverwrite alter analyse analyze and anti any array array_join as asc asof " +
	"assert_rows_modified asymmetric at authorization backup between bigint binary blanksasnull boolean both by " +
	"bytedict bzip2 case cast char check collate column commit concurrently connection constraint contains " +
	"create credentials cross cube current_catalog current_date current_role current_schema current_time " +
	"current_timestamp current_user current_user_id cursor database date deallocate decimal default deferrable " +
	"define defrag delete delta delta32k desc describe disable distinct double drop else emptyasnull enable " +
	"encode encrypt encryption end enum escape except exchange exclude execute exists explicit extended external " +
	"extract false fetch final first float following for foreign format freeze from full function global " +
	"globaldict256 globaldict64k grant group grouping groups gscluster gzip hash having identity if ignore ilike " +
	"import in increment initially inner insert int integer intersect interval into is isnull issue join " +
	"json_array json_exists json_object json_query json_table json_value lambda last lateral leading left less " +
	"like limit listagg local localtime localtimestamp luns lzo lzop macro map merge minus more mostly13 " +
	"mostly32 mostly8 natural new no nologging none normalize not notnull null nulls numeric of off offline " +
	"offset oid old on only open or order organization out outer over overlaps parallel partialscan partition " +
	"percent permissions placing preceding precision prepare preserve prewhere primary procedure proto qualify " +
	"range raw readratio reads recover recursive reduce references regexp rejectlog resort respect restore " +
	"returning revoke right rlike rollback rollup row rows sample schema select semi session_user set settings " +
	"show skip smallint snapshot some start struct summarize symmetric sysdate sysid system system_user table " +
	"tablesample tag tdes text255 text32k then time timestamp to top trailing transform treat trigger trim true " +
	"truncate truncatecolumns try_cast uescape unbounded union unique uniquejoin unnest unpivot update user " +
	"using utc_timestamp values variadic verbose view views wallet when whenever where window with within " +
	"without "
