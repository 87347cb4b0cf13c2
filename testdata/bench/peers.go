package main

import (
	"context"
	"io"
	"strings"
)

// splitColumns are the columns of task b: what the peers make of a message.
const splitColumns = "bucket,key,version_id,task_status,error_code,http_status_code,result_text,service,service_status_code,service_error_code," +
	"request_id,extended_request_id,lambda_request_id,error_type,etag,copy_source_version_id,last_modified"

// plainColumns are those of a report.
const plainColumns = "bucket,key,version_id,task_status,http_status_code,error_code,result_message"

// splitFlags make a table of splitColumns, with keys as they are in the report,
// since the peers do not decode them, and without filters, which the peers do not write.
func splitFlags(more ...string) []string {
	return append([]string{"--columns", splitColumns, "--raw-message", "drop", "--key-encoding", "none", "--bloom", "none"}, more...)
}

// pair is a work that we and a peer did, and how far ahead we must be: the
// peer's CPU seconds over ours, 0 for no bound.
type pair struct {
	work       string
	ours, peer *measured
	must, goal float64
}

// peers measures the command beside its peers.
func (b *bench) peers(ctx context.Context, w io.Writer) error {
	versions, err := b.versions(ctx)
	if err != nil {
		return err
	}
	large, err := b.prepare(ctx, report{mix: "mixed", rows: b.rows, files: 32})
	if err != nil {
		return err
	}
	many, err := b.prepare(ctx, report{mix: "mixed", rows: b.rows, files: 32, codes: 999})
	if err != nil {
		return err
	}
	split, err := b.byTurns(ctx, b.splitPrograms(large)...)
	if err != nil {
		return err
	}
	parts, err := b.byTurns(ctx, b.partitioned("c", large)...)
	if err != nil {
		return err
	}
	manyParts, err := b.byTurns(ctx, b.partitioned("c, 1,000 partitions", many)...)
	if err != nil {
		return err
	}
	full, err := b.byTurns(ctx,
		with("full", b.ours("all columns, no filters", large, "--bloom", "none")),
		with("full", b.peer("DuckDB", "duckdb.js", "split-raw", large)),
		with("full", b.ours("default", large)))
	if err != nil {
		return err
	}
	lines, err := b.byTurns(ctx, b.ndjsonPrograms(large)...)
	if err != nil {
		return err
	}
	groups, err := b.byTurns(ctx, b.groupsPrograms(large)...)
	if err != nil {
		return err
	}
	pairs := []pair{
		{"b: 17 columns, MD5 verified", split[0], split[1], 2.1, 2.7},
		{"b: 17 columns, MD5 verified", split[0], split[2], 1.6, 2.1},
		{"b, input not verified", split[3], split[1], 2.7, 3.5},
		{"b, input not verified", split[3], split[2], 2, 3},
		{"c: b by task_status, error_code", parts[0], parts[1], 2.4, 3},
		{"c, where there are 999 error codes", manyParts[0], manyParts[1], 0, 0},
		{"all columns, no filters", full[0], full[1], 1.4, 2},
		{"default: all columns, filters", full[2], full[1], 0, 0},
		{"d: NDJSON, seven columns, input not verified", lines[0], lines[1], 1.4, 2},
		{"d: NDJSON, seven columns, input not verified", lines[0], lines[2], 0, 0},
		{"summary, input not verified", groups[0], groups[1], 3, 0},
		{"summary, MD5 verified", groups[2], groups[1], 0, 0},
	}
	limits := []limit{
		{"b: memory", 192, 0, mebibytes(split[0])},
		{"b, input not verified: memory", 192, 0, mebibytes(split[3])},
		{"c: memory", 400, 0, mebibytes(parts[0])},
		{"c, 1,000 partitions: memory", 400, 0, mebibytes(manyParts[0])},
		{"default: memory", 320, 0, mebibytes(full[2])},
		{"d: memory", 48, 0, mebibytes(lines[0])},
		{"summary: memory", 128, 0, mebibytes(groups[2])},
		{"summary: CPU, that of b is 1, MD5 verified", 0.6, 0, median(groups[2].each(cpuSeconds)) / median(split[0].each(cpuSeconds))},
		{"b: size, DuckDB's is 1", 1.05, 1, over(outputSize, split[0], split[1]).median},
	}
	b.writeHeader(w, "batchreport beside its peers", versions, large)
	writePairs(w, pairs)
	writeLimits(w, limits)
	return writeAnswers(w, pairs)
}

func (b *bench) splitPrograms(on report) []program {
	return []program{
		with("split", b.ours("b", on, splitFlags("--partition-by", "none")...)),
		with("split", b.peer("DuckDB", "duckdb.js", "split", on)),
		with("split", b.peer("Polars", "polars.js", "split", on)),
		with("split", b.ours("b, not verified", on, splitFlags("--partition-by", "none", "--verify-input", "none")...)),
	}
}

func (b *bench) partitioned(name string, on report) []program {
	return []program{
		with("split", b.ours(name, on, splitFlags("--partition-by", "task_status,error_code")...)),
		with("split", b.peer("DuckDB", "duckdb.js", "partitioned", on)),
	}
}

func (b *bench) ndjsonPrograms(on report) []program {
	return []program{
		with("ndjson", b.ours("d", on, "--format", "ndjson", "--compression", "none", "--columns", plainColumns, "--raw-message", "keep",
			"--key-encoding", "none", "--partition-by", "none", "--verify-input", "none")),
		with("ndjson", b.peer("Polars", "polars.js", "ndjson", on)),
		with("ndjson", b.peer("DuckDB", "duckdb.js", "ndjson", on)),
	}
}

// groupsPrograms count what failed: summary beside the GROUP BY that it spares.
func (b *bench) groupsPrograms(on report) []program {
	return []program{
		with("groups", b.summary("summary, not verified", on, "--verify-input", "none")),
		with("groups", b.peer("DuckDB", "duckdb.js", "groups", on)),
		with("groups", b.summary("summary", on)),
	}
}

// summary is our command summary, which writes its groups to a file of the folder where
// a table would be.
func (b *bench) summary(name string, on report, flags ...string) program {
	script := `mkdir "$2" && exec "$0" summary --quiet --json ` + strings.Join(flags, " ") + ` "$1" >"$2/groups.json"`
	return program{name: name, args: []string{"sh", "-c", script, b.binary}, on: on}
}

// with is the program, whose table is compared.
func with(shape string, p program) program {
	p.answer = answerOf{"ours", shape}
	if p.last != nil {
		p.answer.side = "peer"
	}
	return p
}
