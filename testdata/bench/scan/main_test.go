package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ours, theirs, csv, empty := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs"), filepath.Join(dir, "csv"), filepath.Join(dir, "empty")
	// Columns that a file of the test does not have are in its path.
	inPath := func(root string, in file) string {
		path := filepath.Join(root, "task_status=failed")
		in.columns = map[string]int{"key": 0, "error_code": 0, "request_id": 0, "message": 0}
		in.inPath = map[string]bool{"task_status": true}
		for _, q := range queries(&values{}) {
			for _, c := range q.in(&in).columns {
				if _, ok := in.columns[c]; !ok && !in.inPath[c] {
					in.inPath[c] = true
					path = filepath.Join(path, c+"=x")
				}
			}
		}
		return path
	}
	created := func(by string) file {
		return file{File: open(t, writeFile(t, filepath.Join(t.TempDir(), "x.parquet"), by)).files[0].File}
	}
	writeFile(t, filepath.Join(inPath(ours, created("batchreport")), "part.parquet"), "batchreport")
	writeFile(t, filepath.Join(ours, "_batchreport", "pending.parquet"), "batchreport")
	writeFile(t, filepath.Join(inPath(theirs, created("other")), "out.parquet"), "other")
	for _, folder := range []string{csv, empty} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.csv", "b.csv"} {
		if err := os.WriteFile(filepath.Join(csv, name), make([]byte, 1_000_000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(empty, "bad.parquet"), []byte("PAR1 and so on"), 0o644); err != nil {
		t.Fatal(err)
	}

	var out strings.Builder
	if err := run(&out, []string{"CSV=" + csv, "theirs=" + theirs, "ours=" + ours}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	all := len(queries(&values{}))
	if all < 10 {
		t.Errorf("%d queries", all)
	}
	if want := "| MB read (requests) | CSV | theirs | ours |"; lines[0] != want || len(lines) != 2*(all+3)+2 {
		t.Fatalf("first of %d lines is %s, want %s", len(lines), lines[0], want)
	}
	for _, line := range lines[2 : 2+all] {
		if !strings.Contains(line, " | 2.00 (1) | 0.") {
			t.Errorf("line %s", line)
		}
	}
	// 2 MB are 20 GB 10,000 times.
	second := lines[all+3:]
	if want := "| $ for 1,000 queries on 20 GB | CSV | theirs | ours |"; second[0] != want {
		t.Errorf("line %s, want %s", second[0], want)
	}
	for _, line := range second[2 : 2+all] {
		if !strings.Contains(line, " | 90.95 | ") {
			t.Errorf("line %s", line)
		}
	}
	if last := lines[len(lines)-2]; !strings.Contains(last, "900 rows; code code-0a (75 rows), key `dir/k") {
		t.Errorf("last line is %s", last)
	}
	out.Reset()
	if err := run(&out, []string{"-price", "10", "-size", "2e6", "CSV=" + csv, "ours=" + ours}); err != nil {
		t.Fatal(err)
	}
	if want := "| everything | 0.10 | 0.10 |"; !strings.Contains(out.String(), want) { // 10 MB
		t.Errorf("%s\nhas no %s", out.String(), want)
	}

	for _, tt := range []struct {
		args []string
		err  string
	}{
		{[]string{"CSV=" + csv}, "none of the layouts was written by batchreport"},
		{[]string{"ours=" + ours}, "none of the layouts is the report, as CSV"},
		{[]string{"-price", "x"}, "invalid value"},
		{[]string{ours}, "is not NAME=PATH"},
		{[]string{"a=" + filepath.Join(dir, "none")}, "no such file"},
		{[]string{"a=" + empty}, "bad.parquet"},
		{[]string{"a=" + filepath.Join(ours, "_batchreport")}, "there is no Parquet and no CSV file"},
	} {
		if err := run(&out, tt.args); err == nil || !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%v: error is %v, want %s", tt.args, err, tt.err)
		}
	}
}

// TestIn: what other programs wrote has other keys and columns.
func TestIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.parquet"), "batchreport")
	writeFile(t, filepath.Join(dir, "b.parquet"), "other")
	files := open(t, dir).files
	q := query{columns: []string{"result_template", "key"}, where: []condition{{column: "key", text: "a=b c/"}, {column: "request_id", text: "="}}}
	if got := q.in(files[0]); got.where[0].text != "a=b c/" || !slices.Equal(got.columns, q.columns) {
		t.Errorf("ours: %v", got)
	}
	got := q.in(files[1])
	if got.where[0].text != "a%3Db+c/" || got.where[1].text != "=" || !slices.Equal(got.columns, []string{"message", "lambda_error_message", "key"}) {
		t.Errorf("other: %v", got)
	}
	if q.where[0].text != "a=b c/" {
		t.Error("the query itself was changed")
	}
	if all := (query{}).in(files[1]); all.columns != nil {
		t.Errorf("all columns became %v", all.columns)
	}
}

func TestMegabytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0.000", 999: "0.001", 1_234_567: "1.23", 12_345_678: "12.3", 123_456_789: "123", 2_024_000_000: "2024"} {
		if got := megabytes(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
