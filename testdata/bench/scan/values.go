package main

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// values are what the queries look for. They follow from the rows alone, not
// from their order, so they are the same whatever the layout.
type values struct {
	key, prefix, requestID string
	code                   string // the rarest error code; the first of several
	codeRows, rows         int64
}

// pickValues picks values from a layout of ours: key and request id are those
// whose hash is least, the prefix is the key's folder.
func pickValues(l *layout) (*values, error) {
	v := &values{}
	var key, requestID least
	codes := map[string]int64{}
	for _, f := range l.files {
		for column, take := range map[string]func(string){
			"key":        key.add,
			"request_id": requestID.add,
			"error_code": func(code string) { codes[code]++ },
		} {
			if err := f.each(column, take); err != nil {
				return nil, fmt.Errorf("read column %s of %s: %w", column, f.name, err)
			}
		}
		v.rows += f.NumRows()
	}
	v.key, v.requestID = key.text, requestID.text
	v.prefix = v.key[:strings.LastIndexByte(v.key, '/')+1]
	for code, n := range codes {
		if v.codeRows == 0 || cmp.Or(cmp.Compare(n, v.codeRows), strings.Compare(code, v.code)) < 0 {
			v.code, v.codeRows = code, n
		}
	}
	if v.key == "" || v.prefix == "" || v.requestID == "" || v.code == "" {
		return nil, fmt.Errorf("layout %s: it lacks keys in folders, request ids or error codes", l.name)
	}
	return v, nil
}

// least keeps the text whose hash is least.
type least struct {
	text string
	hash uint64
}

func (l *least) add(text string) {
	h := fnv.New64a()
	_, _ = io.WriteString(h, text) // never fails
	if hash := h.Sum64(); l.text == "" || hash < l.hash {
		l.text, l.hash = text, hash
	}
}

// each calls take with every value of a column that is not null. A column in the
// path has as many as there are rows.
func (f *file) each(column string, take func(string)) error {
	number, ok := f.columns[column]
	if !ok {
		if value, ok := f.partition[column]; ok {
			for range f.NumRows() {
				take(value)
			}
		}
		return nil
	}
	for _, group := range f.RowGroups() {
		if err := eachInChunk(group.ColumnChunks()[number], take); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether a row group has a value of each column that meets its condition.
func (f *file) has(group int, where []condition) (bool, error) {
	for _, w := range where {
		has := false
		err := eachInChunk(f.RowGroups()[group].ColumnChunks()[f.columns[w.column]], func(text string) { has = has || w.matches([]byte(text)) })
		if err != nil || !has {
			return false, err
		}
	}
	return true, nil
}

func eachInChunk(c parquet.ColumnChunk, take func(string)) (err error) {
	pages := c.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	buf := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for values := page.Values(); err == nil; {
			var n int
			n, err = values.ReadValues(buf)
			for _, v := range buf[:n] {
				if !v.IsNull() {
					take(string(v.ByteArray()))
				}
			}
		}
		parquet.Release(page)
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
}
