package ddl

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/table"
)

// ClickHouse is ClickHouse: a server that reads S3, or clickhouse-local for files of a disk.
const ClickHouse Dialect = "clickhouse"

var clickhouseTypes = types{text: "Nullable(String)", int32: "Nullable(Int32)", int64: "Nullable(Int64)", float64: "Nullable(Float64)", time: "Nullable(DateTime64(6, 'UTC'))"}

// clickhouse returns the statements that make a table of ClickHouse and load it:
// https://clickhouse.com/docs/sql-reference/table-functions/s3 and .../file, whose paths
// know *, ?, {a,b} and no escape for them, and take at most glob_expansion_max_elements
// names in braces, 1000 by default.
func (t *definition) clickhouse() (string, error) {
	if strings.ContainsAny(t.dest, "*?{}") {
		return "", &storage.Error{Op: "describe", Name: t.dest, Err: fmt.Errorf("ClickHouse takes * ? { } in a path for a pattern and has no escape for them"), Hint: "copy the folder to a place whose name has none of them"}
	}
	columns := t.loaded()
	var b strings.Builder
	if t.Job == "" {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s %s\nENGINE = MergeTree ORDER BY tuple();\n\n", eachPart(t.Table, escapeColumn),
			t.columnList(columns, func(c column) string {
				return escapeColumn(c.Name) + " " + clickhouseTypes.of(c) + " COMMENT " + byteString(t.about(c))
			}))
	}
	b.WriteString(t.loadComment())
	switch {
	case len(t.loads) == 0:
	case storage.IsS3(t.dest):
		b.WriteString("-- The server's own credentials read S3; others stand behind the address: s3('...', 'KEY', 'SECRET', ...).\n")
	default:
		b.WriteString("-- clickhouse-local reads these files; a server reads only what lies below its user_files_path.\n")
	}
	for _, l := range t.loads {
		values := t.values(l, func(c column) string { return escapeColumn(c.Name) }, clickhouseConstant)
		for _, parts := range batches(l.parts) {
			fmt.Fprintf(&b, "INSERT INTO %s (\n  %s\n)\nSELECT\n  %s\nFROM %s\nSETTINGS use_hive_partitioning = 0", eachPart(t.Table, escapeColumn),
				join(names(columns, escapeColumn)), join(values), t.clickhouseFiles(l, parts))
			if t.format == table.NDJSON {
				b.WriteString(", date_time_input_format = 'best_effort'")
			}
			b.WriteString(";\n")
		}
	}
	if t.Job == "" {
		b.WriteString(t.messagesViewOf(eachPart(t.Table, escapeColumn), eachPart(t.Table+"_messages", escapeColumn)))
	}
	return b.String(), nil
}

// clickhouseFiles returns the table function that reads parts of one folder.
func (t *definition) clickhouseFiles(l load, parts []ledger.Part) string {
	function, format, files := "file", "Parquet", make([]string, len(parts))
	if t.format == table.NDJSON {
		format = "JSONEachRow"
	}
	for i, p := range parts {
		files[i] = base(p)
	}
	name := files[0]
	if len(files) > 1 {
		name = "{" + strings.Join(files, ",") + "}"
	}
	if storage.IsS3(t.dest) {
		function, name = "s3", encodeAddress(t.dest+l.name)+name // which it decodes
	} else {
		name = filepath.Clean(t.dest + l.name + name)
	}
	var structure []string
	for _, c := range t.columns {
		if l.has(c.Name) {
			structure = append(structure, escapeColumn(c.Name)+" "+clickhouseTypes.of(c))
		}
	}
	return fmt.Sprintf("%s(%s, %s, %s)", function, byteString(name), byteString(format), byteString(strings.Join(structure, ", ")))
}

// encodeAddress encodes an address byte by byte, but for what no URL has as an escape.
func encodeAddress(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/:=", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// clickhouseConstant returns a value of the path.
func clickhouseConstant(c column, value *string) string {
	switch {
	case value == nil:
		return "NULL"
	case clickhouseTypes.of(c) == clickhouseTypes.text:
		return byteString(*value)
	}
	return "CAST(" + byteString(*value) + " AS " + clickhouseTypes.of(c) + ")"
}

// byteString returns a literal in which a backslash escapes and what a terminal would not
// show is written byte by byte.
func byteString(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case slices.Contains([]rune(`'\`), r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case !isGraphic(string(r)):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\x%02X`, c)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
