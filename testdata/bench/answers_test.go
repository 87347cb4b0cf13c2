package main

import (
	"errors"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	answerOf := func(rows int64, columns ...answerColumn) *answer {
		return &answer{Rows: rows, Columns: columns, Notes: []string{"a note"}}
	}
	same := answerOf(5, answerColumn{"key", 5, "h1", "k1"}, answerColumn{"etag", 3, "h2", "k2"})
	for _, test := range []struct {
		name string
		peer *answer
		want string // of the table; "" where all agree
	}{
		{"the same", same, ""},
		{"fewer rows", answerOf(4, same.Columns...), "| rows | **differs**: 5, peer 4 |"},
		{"fewer values", answerOf(5, same.Columns[0], answerColumn{"etag", 2, "h2", "k2"}), "| etag | **differs**: 3 values, peer 2 |"},
		{"other values", answerOf(5, same.Columns[0], answerColumn{"etag", 3, "h", "k2"}), "| etag | **differs**: other values |"},
		{"swapped rows", answerOf(5, same.Columns[0], answerColumn{"etag", 3, "h2", "k"}), "| etag | **differs**: values in other rows |"},
		{"no such column", answerOf(5, same.Columns[0]), "| etag | **differs**: missing |"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pairs := []pair{{ours: &measured{program: program{name: "b"}, answer: same}, peer: &measured{program: program{name: "DuckDB"}, answer: test.peer}}}
			var b strings.Builder
			err := writeAnswers(&b, pairs)
			if differ := errors.Is(err, errDiffer); differ != (test.want != "") {
				t.Errorf("error %v", err)
			}
			for _, want := range []string{test.want, "b ↔ DuckDB", "| key | 5 |", "a note"} {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %q in\n%s", want, b.String())
				}
			}
		})
	}
}
