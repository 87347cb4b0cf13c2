//go:build unix && !race

package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// endlessMemory is the most that a record without an end may take, of which 16 MiB are
// read: less than twice as much as the smallest file that shows it.
const endlessMemory = 100 << 20

const hostileJob = "job-0a1b2c3d-0000-4000-8000-00000000000a"

// hostile is a report that somebody made to break a converter.
type hostile struct {
	name     string
	manifest string   // is written in place of the one that fits csv; empty for that one
	csv      []string // the pieces of the result file
	repeat   int      // how often csv[1] is written; 0 stands for once
	memory   int64    // the most memory that it may take, less where a smaller report shows the same; 0 stands for hostileMemory
	setup    func(t *testing.T, job string)
	args     []string
	exit     int
	stderr   string // must be part of standard error
}

// row returns a row with bucket, key, code and message as they stand, unquoted.
func row(bucket, key, code, message string) string {
	return bucket + "," + key + ",,failed,500," + code + "," + message + "\r\n"
}

// listing returns a manifest that lists result files of these keys.
func listing(keys ...string) string {
	var b strings.Builder
	b.WriteString(`{"Format":"Report_CSV_20180820","ReportCreationDate":"2025-01-02T03:04:05.678901234Z","ReportSchema":"Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage","Results":[`)
	for i, key := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		quoted, _ := json.Marshal(key) // never fails for a string
		b.WriteString(`{"TaskExecutionStatus":"failed","Bucket":"b","MD5Checksum":"d41d8cd98f00b204e9800998ecf8427e","Key":`)
		b.Write(quoted)
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return b.String()
}

// same returns the pieces of a result file that is csv, or csv repeated.
func same(csv string) []string { return []string{"", csv} }

// hostiles returns the reports. It is no variable, because that would take memory in
// the processes that are measured.
func hostiles() []hostile {
	return []hostile{
		// Manifests.
		{name: "no JSON", manifest: "\x1b[31m", exit: 1, stderr: "manifest"},
		{name: "empty manifest", manifest: " ", exit: 1, stderr: "manifest"},
		{name: "UTF-16", manifest: "\xff\xfe{\x00}\x00", exit: 1, stderr: "manifest"},
		{name: "a million brackets", manifest: strings.Repeat("[", 1e6), exit: 1, stderr: "manifest"},
		{name: "nested results", manifest: `{"Results":` + strings.Repeat(`[{"Results":`, 1e5), exit: 1, stderr: "manifest"},
		{name: "up", manifest: listing("r/" + hostileJob + "/results/../../../../../outside/victim.csv"), exit: 1, stderr: "victim"},
		{name: "up without job", manifest: listing("../../outside/victim.csv"), exit: 1, stderr: "victim"},
		{name: "absolute", manifest: listing("/etc/passwd"), exit: 1, stderr: "passwd"},
		{name: "escape in key", manifest: listing("r/" + hostileJob + "/results/\x1b]0;owned\x07.csv"), exit: 1, stderr: `\x1b]0;owned`},
		{name: "line feed in key", manifest: listing("r/" + hostileJob + "/results/a\nbatchreport: all is well"), exit: 1, stderr: `\n`},
		{name: "null byte in key", manifest: listing("r/" + hostileJob + "/results/a\x00b"), exit: 1, stderr: "results/a"},
		{name: "key of a megabyte", manifest: listing("r/" + hostileJob + "/results/" + strings.Repeat("a", 1e6)), exit: 1, stderr: "aaaa"},
		{name: "empty key", manifest: listing(""), exit: 1, stderr: "manifest"},
		{name: "a folder as key", manifest: listing("r/" + hostileJob + "/results/"), exit: 1, stderr: "results"},
		{name: "no list", manifest: `{"Format":"Report_CSV_20180820","Results":{"a":1}}`, exit: 1, stderr: "manifest"},
		{name: "wrong sum", manifest: listing("r/" + hostileJob + "/results/1.csv"), csv: same(row("b", "k", "A", "m")), exit: 1, stderr: "MD5"},
		{name: "sum that is none", manifest: strings.Replace(listing("r/"+hostileJob+"/results/1.csv"), "d41d", "\x1b\n", 1), csv: same(row("b", "k", "A", "m")), exit: 1, stderr: "manifest"},
		{name: "date of another age", manifest: strings.Replace(listing(), "2025", "99999", 1), exit: 1, stderr: "ReportCreationDate"},
		{name: "many result files", manifest: manyFiles(pick(200_000, 1_000_000)), memory: pick[int64](140<<20, 0), exit: 1, stderr: "results"},
		{name: "larger than may be", setup: func(t *testing.T, job string) { truncate(t, job+"/manifest.json", 5<<30) }, exit: 1, stderr: "bytes"},
		{name: "bytes of zero behind it", setup: func(t *testing.T, job string) { truncate(t, job+"/manifest.json", 100<<20) }, memory: 64 << 20, exit: 1, stderr: "something follows"},
		{name: "a string without end", manifest: `{"Format":"Report_CSV_20180820","Note":"` + strings.Repeat("x", 40<<20), exit: 1, stderr: "more than 16777216 bytes name no result file"},
		{name: "manifest is a folder", setup: func(t *testing.T, job string) { remake(t, job+"/manifest.json", os.Mkdir) }, exit: 1, stderr: "manifest"},
		{name: "manifest is a loop", setup: func(t *testing.T, job string) {
			remake(t, job+"/manifest.json", func(name string, _ fs.FileMode) error { return os.Symlink(name, name) })
		}, exit: 1, stderr: "manifest"},
		{name: "result file is a pipe", setup: func(t *testing.T, job string) {
			remake(t, job+"/results/1.csv", func(name string, mode fs.FileMode) error { return syscall.Mkfifo(name, uint32(mode)) })
		}, exit: 1, stderr: "1.csv"},

		// Places.
		{name: "bucket up", csv: same(row("../../outside", "k", "A", "m")), args: []string{"--partition-by", "bucket"}, exit: 0},
		{name: "bucket is a dot", csv: same(row(".", "k", "A", "m") + row("..", "k", "A", "m") + row("/", "k", "A", "m")), args: []string{"--partition-by", "bucket"}, exit: 0},
		{name: "absolute bucket", csv: same(row("/etc", "k", "A", "m")), args: []string{"--partition-by", "bucket"}, exit: 0},
		{name: "line feed in bucket", csv: same(row("\"a\nb\"", "k", "A", "m")), args: []string{"--partition-by", "bucket"}, exit: 0},
		{name: "escape in code", csv: same(row("b", "k", "\x1b[2J\x07", "m")), args: []string{"--partition-by", "error_code"}, exit: 0},
		{name: "null byte in code", csv: same(row("b", "k", "a\x00/../b=%2F", "m")), args: []string{"--partition-by", "error_code,bucket"}, exit: 0},
		{name: "null's own name", csv: same(row("b", "k", "__HIVE_DEFAULT_PARTITION__", "m") + row("b", "k", "", "m")), args: []string{"--partition-by", "error_code"}, exit: 1, stderr: "null-partition"},
		{name: "long bucket", csv: same(row(strings.Repeat("/", 200), "k", "A", "m")), args: []string{"--partition-by", "bucket"}, exit: 1, stderr: "255"},
		{name: "many partitions", csv: manyBuckets(2000), args: []string{"--partition-by", "bucket"}, exit: 1, stderr: "partitions"},
		{name: "1,000 partitions", csv: manyBuckets(1000), args: []string{"--partition-by", "bucket"}, exit: 0},

		// Records.
		{name: "commas", csv: same(strings.Repeat(",", 100)), repeat: 300_000, exit: 1, stderr: "row 1 at byte 0"},
		{name: "line feeds", csv: same("\n\n\n\n\n\n\n\n"), repeat: 1 << 18, memory: hostileMemory / 2, exit: 0}, // empty lines are no rows
		{name: "quotes", csv: same(strings.Repeat(`"`, 64)), repeat: 1 << 19, exit: 1, stderr: "row 1 at byte 0"},
		{name: "open quote", csv: []string{`b,k,,failed,500,A,"`, strings.Repeat("a", 1024)}, repeat: 40 << 10, memory: endlessMemory, exit: 1, stderr: "row 1 at byte 0"},
		{name: "no line end", csv: same(strings.Repeat("a", 1024)), repeat: 40 << 10, memory: endlessMemory, exit: 1, stderr: "row 1 at byte 0"},
		{name: "null bytes", csv: same(strings.Repeat("\x00", 1024)), repeat: 40 << 10, memory: endlessMemory, exit: 1, stderr: "row 1 at byte 0"},
		{name: "noise", csv: same(noise(4 << 20)), memory: hostileMemory / 2, args: []string{"--max-rejects", "-1"}, exit: 3, stderr: "rejected"},
		{name: "short lines", csv: same("\x1b\n"), repeat: 250_000, memory: hostileMemory / 2, args: []string{"--max-rejects", "-1"}, exit: 3, stderr: "rejected"},
		{name: "escape in an error", csv: same("b,k,,\x1b[2Jfailed,500,A,m\n"), exit: 1, stderr: `\x1b[2J`},
		{name: "endless status", csv: same("b,k,,failed," + strings.Repeat("9", 1e6) + ",A,m\n"), exit: 1, stderr: "HTTPStatusCode"},
		{name: "gzip", csv: same("\x1f\x8b\x08\x00\x00\x00\x00\x00"), exit: 1, stderr: "its gzip is cut off"},
		{name: "the same row 125,000 times", csv: same(row("b", "k", "A", strings.Repeat("m", 200))), repeat: 125_000, memory: hostileMemory / 2, exit: 0},

		// Messages and keys.
		{name: "deep lists", csv: []string{"b,k,,failed,500,A,", strings.Repeat("[", 1024), "\n"}, repeat: 10 << 10, exit: 0},
		{name: "deep objects", csv: []string{`b,k,,failed,500,A,"`, strings.Repeat(`{""a"":`, 1024), "\"\n"}, repeat: 2 << 10, args: []string{"--extract", "x=$.a.a.a.a"}, exit: 0},
		{name: "deep tuples", csv: []string{"b,k,,failed,500,A,", strings.Repeat("(", 1024), "\n"}, repeat: 10 << 10, exit: 0},
		{name: "wrapped errors", csv: []string{`b,k,,failed,500,A,"`, strings.Repeat(`An error occurred (`, 64), "\"\n"}, repeat: 10 << 10, exit: 0},
		{name: "digits", csv: []string{"b,k,,failed,500,A,", strings.Repeat("1234-", 200), "\n"}, repeat: 10 << 10, exit: 0},
		{name: "long stack", csv: []string{`b,k,,failed,500,A,"Lambda returned function error: {""stackTrace"":[""a""`, strings.Repeat(`,""b""`, 128), "]}\"\n"}, repeat: 10 << 10, exit: 0},
		{name: "keys that decode to anything", csv: same(row("b", "%ZZ%00%1B%FF+%2F..%2F", "A", "m") + row("b", strings.Repeat("%", 1e6), "A", "m")), exit: 0},
		{name: "no UTF-8 anywhere", csv: same(row("\xff", "\xfe", "\x80", "\xc0\xaf")), repeat: 1000, exit: 0},
		{name: "numbers without end", csv: []string{`b,k,,failed,500,A,"{""n"":`, strings.Repeat("9", 1024), "}\"\n"}, repeat: 4 << 10, args: []string{"--extract", "n=$.n:int64"}, exit: 0},
	}
}

func manyFiles(n int) string {
	// Only the first is quoted as JSON, which would take longer than to convert it.
	one := listing("r/" + hostileJob + "/results/2.csv")
	begin, end := strings.Index(one, `{"Task`), strings.LastIndex(one, "]}")
	before, after, _ := strings.Cut(one[begin:end], "/2.csv")
	var b strings.Builder
	b.Grow(n * (end - begin + 7))
	b.WriteString(one[:end])
	for i := range n - 1 {
		b.WriteString("," + before + "/" + strconv.Itoa(i+3) + ".csv" + after)
	}
	b.WriteString(one[end:])
	return b.String()
}

func manyBuckets(n int) []string {
	var b strings.Builder
	for i := range n {
		b.WriteString(row(fmt.Sprint("bucket-", i), "k", "A", "m"))
	}
	return same(b.String())
}

// noise returns n bytes, the same ones each time.
func noise(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return string(b)
}
