package main

import (
	"bytes"
	"slices"

	"github.com/parquet-go/parquet-go"

	"batchreport/schema"
)

// query is a question to a table: the columns it reads, and the conditions that
// all rows of its answer meet.
type query struct {
	name    string
	columns []string // nil for all
	where   []condition
	unique  bool // the answer is one row, however large the table
}

// condition is a column that equals a text or begins with it.
type condition struct {
	column, text string
	prefix       bool
}

// queries are what people ask of a report's table.
func queries(v *values) []query {
	failed := condition{column: "task_status", text: "failed"}
	return []query{
		{name: "failures by code, class and time-out", columns: []string{"error_code", "error_type", "timeout_seconds"}},
		{name: "failures by code, service, operation and its code", columns: []string{"error_code", "service", "operation", "service_error_code"}},
		{name: "count by status and code", columns: []string{"task_status", "error_code"}},
		{name: "count by template and status", columns: []string{"result_template", "task_status"}},
		{name: "templates and codes, with a key", columns: []string{"result_template", "error_code", "key"}},
		{name: "keys with request ids", columns: []string{"key", "request_id"}},
		{name: "keys with codes, texts and request ids", columns: []string{"key", "error_code", "result_text", "request_id"}},
		{name: "keys with versions, checksums and ETags", columns: []string{"key", "version_id", "checksum_hex", "etag"}},
		{name: "what to do again: keys and versions of failures", columns: []string{"bucket", "key", "version_id"}, where: []condition{failed}},
		{name: "failures, with all that support asks for", columns: []string{"error_code", "service", "request_id", "extended_request_id"}, where: []condition{failed}},
		{name: "keys with JSON", columns: []string{"key", "result_kind", "result_json"}},
		{name: "failures of one rare code, all columns", where: []condition{failed, {column: "error_code", text: v.code}}},
		{name: "one key, all columns", where: []condition{{column: "key", text: v.key}}, unique: true},
		{name: "one key prefix, all columns", where: []condition{{column: "key", text: v.prefix, prefix: true}}},
		{name: "one request id, all columns", where: []condition{{column: "request_id", text: v.requestID}}, unique: true},
		{name: "everything"},
	}
}

// otherwise are the columns that take the place of one that only our tables
// have: from these a query would have to make it.
func otherwise(column string) []string {
	return map[string][]string{
		"checksum_hex":       {"result_message"},
		"error_type":         {"lambda_error_type"},
		"operation":          {"message"},
		"result_json":        {"result_message"},
		"result_kind":        {"result_message"},
		"result_template":    {"message", "lambda_error_message"},
		"result_text":        {"message", "lambda_error_message"},
		"service_error_code": {"aws_error_code"},
		"timeout_seconds":    {"lambda_error_message"},
	}[column]
}

// in returns the query as it is asked of a file.
func (q query) in(f *file) query {
	if f.ours() {
		return q
	}
	// Other programs keep keys as the report has them.
	q.where = slices.Clone(q.where)
	for i := range q.where {
		if c := &q.where[i]; c.column == "key" {
			c.text = string(schema.FormEncoding.Encode(nil, []byte(c.text)))
		}
	}
	var columns []string
	for _, c := range q.columns {
		if _, ok := f.columns[c]; !ok && !f.inPath[c] && otherwise(c) != nil {
			columns = append(columns, otherwise(c)...)
		} else {
			columns = append(columns, c)
		}
	}
	q.columns = columns
	return q
}

func (c condition) matches(value []byte) bool {
	return string(value) == c.text || c.prefix && bytes.HasPrefix(value, []byte(c.text))
}

// excludes reports whether nothing from low to high can match.
func (c condition) excludes(low, high []byte) bool {
	if c.prefix && bytes.HasPrefix(low, []byte(c.text)) {
		return false
	}
	return string(low) > c.text || string(high) < c.text
}

func textValue(text string) parquet.Value { return parquet.ByteArrayValue([]byte(text)) }
