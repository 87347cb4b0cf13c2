package main

import (
	"bytes"
	"slices"

	"batchreport/schema"
)

// query is a question to a table: the columns it reads, and the conditions that
// all rows of its answer meet.
type query struct {
	name    string
	columns []string // nil for all
	where   []condition
}

// condition is a column that equals a text or begins with it.
type condition struct {
	column, text string
	prefix       bool
}

// queries are what people ask of a report's table.
func queries(v *values) []query {
	return []query{
		{name: "count by status and code", columns: []string{"task_status", "error_code"}},
		{name: "failures of one rare code, all columns", where: []condition{{column: "task_status", text: "failed"}, {column: "error_code", text: v.code}}},
		{name: "one key, all columns", where: []condition{{column: "key", text: v.key}}},
		{name: "one key prefix, all columns", where: []condition{{column: "key", text: v.prefix, prefix: true}}},
		{name: "one request id, all columns", where: []condition{{column: "request_id", text: v.requestID}}},
		{name: "group by template and status", columns: []string{"result_template", "task_status"}},
		{name: "all rows, all columns"},
	}
}

// otherwise are the columns that take the place of one that only our tables
// have: from these a query would have to make it.
func otherwise(column string) []string {
	if column == "result_template" {
		return []string{"message", "lambda_error_message"}
	}
	return nil
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
