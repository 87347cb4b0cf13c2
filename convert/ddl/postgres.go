package ddl

import (
	"cmp"
	"fmt"
	"strings"

	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// Postgres is PostgreSQL, by its psql.
const Postgres Dialect = "postgres"

var postgresTypes = types{text: "text", int32: "integer", int64: "bigint", float64: "double precision", time: "timestamptz"}

// postgres returns what psql runs to load lines of JSON. A line is copied as one value:
// CSV whose quote and delimiter are control characters, which JSON has only as escapes,
// leaves it as it is. See https://www.postgresql.org/docs/current/app-psql.html, \copy, and
// .../sql-copy.html. Text cannot hold NUL (.../datatype-character.html), so it becomes
// U+FFFD.
func (t *definition) postgres() (string, error) {
	if t.format != table.NDJSON {
		return "", &storage.Error{Op: "describe", Name: t.dest, Err: fmt.Errorf("PostgreSQL reads no %s", t.format), Hint: "convert --format ndjson into a DEST of its own"}
	}
	columns := t.loaded()
	name := quoteName(t.Table, `"`)
	quote := func(c string) string { return quoteColumn(c, `"`) }
	var b strings.Builder
	b.WriteString("-- For psql. All is loaded or, after an error, nothing.\n\\set ON_ERROR_STOP on\nBEGIN;\n")
	if t.Job == "" {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s;\n", name, t.columnList(columns, func(c column) string { return quote(c.Name) + " " + postgresTypes.of(c) }))
		b.WriteString(t.commentOn(columns) + "\n")
	}
	b.WriteString(t.loadComment())
	if len(t.loads) > 0 {
		b.WriteString("CREATE TEMPORARY TABLE batchreport_lines (line text) ON COMMIT DROP;\n")
	}
	for _, l := range t.loads {
		for _, p := range l.parts {
			fmt.Fprintf(&b, "\\copy batchreport_lines FROM %s WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')\n", t.postgresSource(p.Name))
		}
		values := t.values(l, func(c column) string {
			value := "line ->> " + sqlString(c.Name)
			if postgresTypes.of(c) == postgresTypes.text {
				return value
			}
			return "CAST(" + value + " AS " + postgresTypes.of(c) + ")"
		}, func(c column, value *string) string {
			if value == nil {
				return "NULL"
			}
			return "CAST(" + sqlString(strings.ReplaceAll(*value, "\x00", "\uFFFD")) + " AS " + postgresTypes.of(c) + ")"
		})
		fmt.Fprintf(&b, "INSERT INTO %s (\n  %s\n)\nSELECT\n  %s\nFROM (SELECT CAST(%s AS json) AS line FROM batchreport_lines) AS lines;\nTRUNCATE batchreport_lines;\n",
			name, join(names(columns, quote)), join(values), withoutNUL)
	}
	if t.Job == "" {
		b.WriteString(t.messagesView(`"`))
	}
	b.WriteString("COMMIT;\n")
	return b.String(), nil
}

// withoutNUL is a line with U+FFFD in place of NUL: the escape \u0000 behind an even number of
// backslashes.
const withoutNUL = `regexp_replace(line, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')`

// postgresSource says where \copy finds a part: in a file, or in what a command writes.
func (t *definition) postgresSource(part string) string {
	name, literal := t.dest+part, func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	decompress := map[string]string{".zst": "zstd -dc", ".gz": "gzip -dc"}[ending(part)]
	switch {
	case storage.IsS3(t.dest) && decompress != "":
		return "PROGRAM " + literal("aws s3 cp --quiet "+shellWord(name)+" - | "+decompress)
	case storage.IsS3(t.dest):
		return "PROGRAM " + literal("aws s3 cp --quiet "+shellWord(name)+" -")
	case decompress != "" || !isGraphic(name):
		return "PROGRAM " + literal(cmp.Or(decompress, "cat")+" < "+shellWord(name))
	}
	return literal(name)
}

// ending returns the last ending of a file's name, with its dot.
func ending(name string) string { return name[max(strings.LastIndexByte(name, '.'), 0):] }

// shellWord quotes a word for a shell. One with characters that a terminal would not show is
// what printf writes, which has escapes for them.
func shellWord(s string) string {
	if isGraphic(s) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for _, r := range s {
		if isGraphic(string(r)) && !strings.ContainsRune(`'%\`, r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	return `"$(printf '` + b.String() + `')"`
}
