//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// nodeCounter counts with a database in a process of Node, which answers each line
// that it reads with another.
type nodeCounter struct {
	in  io.Writer
	out *bufio.Scanner
	sql func(dest string) string
	one chan struct{} // holds a value while no question is being answered
}

func newNodeCounter(t *testing.T, engine string, sql func(dest string) string) *nodeCounter {
	t.Helper()
	cmd := exec.Command("node", filepath.Join("..", "..", "testdata", "soak", "count.js"), engine)
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // ends the process
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	c := &nodeCounter{in: in, out: bufio.NewScanner(out), sql: sql, one: make(chan struct{}, 1)}
	c.one <- struct{}{}
	return c
}

// newDuckDB returns a counter of tables on the disk.
func newDuckDB(t *testing.T, column string) *nodeCounter {
	return newNodeCounter(t, "duckdb", func(dest string) string {
		return fmt.Sprintf("SELECT count(%s) AS n FROM read_parquet('%s/**/*.parquet')", column, dest)
	})
}

// newClickHouse returns a counter of tables on a server of S3.
func newClickHouse(t *testing.T, server *storagetest.Server, column string) *nodeCounter {
	return newNodeCounter(t, "clickhouse", func(dest string) string {
		return fmt.Sprintf("SELECT toInt32(count(%s)) AS n FROM s3('%s/%s/**/*.parquet', '%s', '%s', 'Parquet', '%s Int64')",
			column, server.URL, strings.TrimPrefix(dest, "s3://"), server.AccessKey, server.SecretKey, column)
	})
}

func (c *nodeCounter) rows(ctx context.Context, dest string) (int64, error) {
	select {
	case <-c.one:
		defer func() { c.one <- struct{}{} }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	query, err := json.Marshal(c.sql(dest))
	if err != nil {
		return 0, err
	}
	if _, err := c.in.Write(append(query, '\n')); err != nil {
		return 0, err
	}
	if !c.out.Scan() {
		return 0, errors.Join(errors.New("the reader is gone"), c.out.Err())
	}
	var answer struct {
		Rows  int64  `json:"rows"`
		Error string `json:"error"`
	}
	if err := json.Unmarshal(c.out.Bytes(), &answer); err != nil {
		return 0, err
	}
	if answer.Error != "" {
		return 0, errors.New(answer.Error)
	}
	return answer.Rows, nil
}
