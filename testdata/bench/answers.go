package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// answerOf says how answers.js reads a table.
type answerOf struct {
	side  string // ours or peer
	shape string
}

// answer is what answers.js prints.
type answer struct {
	Rows    int64
	Columns []answerColumn
	Notes   []string
}

type answerColumn struct {
	Name  string
	Count int64  // of values
	Hash  string // of the values
	Keyed string // of the values with their keys
}

// read reads the table that a program has written.
func (b *bench) read(ctx context.Context, p program) (*answer, error) {
	cmd := exec.CommandContext(ctx, "node", filepath.Join(b.config.peers, "answers.js"), p.answer.side, p.answer.shape, b.dir(p))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read what %s wrote: %w: %s", p.name, err, tail(stderr.Bytes()))
	}
	a := new(answer)
	if err := json.Unmarshal(output, a); err != nil {
		return nil, fmt.Errorf("read what %s wrote: %w", p.name, err)
	}
	if len(a.Columns) == 0 {
		return nil, fmt.Errorf("read what %s wrote: no columns", p.name)
	}
	return a, nil
}

// differences says where two answers differ, by columns; the number of rows is
// one more.
func differences(ours, peer *answer) map[string]string {
	found := map[string]string{}
	if ours.Rows != peer.Rows {
		found["rows"] = fmt.Sprintf("%d, peer %d", ours.Rows, peer.Rows)
	}
	for _, c := range ours.Columns {
		i := slices.IndexFunc(peer.Columns, func(p answerColumn) bool { return p.Name == c.Name })
		switch {
		case i < 0:
			found[c.Name] = "missing"
		case c.Count != peer.Columns[i].Count:
			found[c.Name] = fmt.Sprintf("%d values, peer %d", c.Count, peer.Columns[i].Count)
		case c.Hash != peer.Columns[i].Hash:
			found[c.Name] = "other values"
		case c.Keyed != peer.Columns[i].Keyed:
			found[c.Name] = "values in other rows"
		}
	}
	return found
}

// errDiffer is returned where answers do.
var errDiffer = errors.New("answers differ")

// writeAnswers writes for each pair and column whether they agree, and fails if
// some do not.
func writeAnswers(w io.Writer, pairs []pair) error {
	names := []string{"rows"}
	var notes []string
	for _, p := range pairs {
		for _, c := range p.ours.answer.Columns {
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
		for _, n := range p.ours.answer.Notes {
			if !slices.Contains(notes, n) {
				notes = append(notes, n)
			}
		}
	}
	header := []string{"column"}
	lines := make([][]string, len(names))
	for i, name := range names {
		lines[i] = []string{name}
	}
	var err error
	for _, p := range pairs {
		header = append(header, p.ours.name+" ↔ "+p.peer.name)
		differ := differences(p.ours.answer, p.peer.answer)
		for i, name := range names {
			cell := p.ours.answer.cell(name)
			if d, ok := differ[name]; ok {
				cell, err = "**differs**: "+d, errDiffer
			}
			lines[i] = append(lines[i], cell)
		}
	}
	fmt.Fprintf(w, "\nDo the answers agree? A number means yes: so many values, the same ones, with the same keys.\n\n")
	table(w, header, lines)
	fmt.Fprintf(w, "\nMade alike before: %s.\n", strings.Join(notes, "; "))
	return err
}

// cell is what a table says of a column that agrees.
func (a *answer) cell(name string) string {
	if name == "rows" {
		return fmt.Sprint(a.Rows)
	}
	for _, c := range a.Columns {
		if c.Name == name {
			return fmt.Sprint(c.Count)
		}
	}
	return ""
}
