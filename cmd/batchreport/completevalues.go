package main

import (
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/deploy"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/ddl"
	"batchreport/convert/storage/s3"
	"batchreport/convert/table"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// valuesOf returns what can be the value of a command's flag, of which current is typed.
func valuesOf(command string, f *pflag.Flag, current string) candidates {
	if f.NoOptDefVal != "" {
		return plainWords("true", "false")
	}
	c, _ := flagValues(command, f.Name, current)
	return c
}

// flagValues returns what can be the value of the flag of that name, of which current is
// typed. It does not know every flag, which a test finds.
func flagValues(command, name, current string) (c candidates, known bool) {
	all := schema.AllColumns()
	partition := schema.PartitionColumns()
	if command == "outcome" {
		all, partition = schema.OutcomeColumns(), table.Outcome.PartitionColumns()
	}
	switch name {
	case "columns", "sort-by":
		return list(current, columnWords(all)), true
	case "bloom":
		exact := slices.DeleteFunc(all, func(c schema.Column) bool { return c.Type().ID() == arrow.FLOAT64 })
		return list(current, append(columnWords(exact), candidate{"none", "no column"})), true
	case "partition-by":
		return list(current, append(columnWords(partition), candidate{"none", "no column"})), true
	case "by":
		return list(current, dimensionWords()), true
	case "where":
		c = behind("", candidates{asOpen, columnWords(all)})
		for i := range c.words {
			c.words[i].word += "="
		}
		return c, true
	case "fail-on":
		return candidates{asOpen, []candidate{
			{"failed>0", "rows that failed"}, {"rejected>0", "rows that cannot be read"}, {threshold.OfCode, "rows of an error code"},
		}}, true
	case "cause":
		return candidates{asWords, causeWords()}, true
	case "format":
		return plainWords(table.Parquet, table.NDJSON), true
	case "compression":
		return plainWords(table.Zstd, table.Snappy, table.Gzip, table.None), true
	case "raw-message":
		return plainWords(table.RawAuto, table.RawKeep, table.RawDrop), true
	case "verify-input":
		return plainWords(table.VerifyAuto, table.VerifyMD5, table.VerifyNone), true
	case "key-encoding":
		return plainWords(schema.FormEncoding.String(), schema.PercentEncoding.String(), schema.NoEncoding.String()), true
	case "order":
		return plainWords("date", "sources"), true
	case "only":
		return plainWords("retryable", "all"), true
	case "versions":
		return plainWords("keep", "drop"), true
	case "dialect":
		return plainWords(ddl.Dialects()...), true
	case "projection":
		return plainWords(ddl.ProjectionEnum, ddl.ProjectionInjected), true
	case "log-format":
		return plainWords("text", "json"), true
	case "sse":
		return plainWords(s3.Encryptions()...), true
	case "storage-class":
		return plainWords(s3.StorageClasses()...), true
	case "engine":
		return plainWords(deploy.Kubernetes, deploy.AWSBatch, deploy.StepFunctions, deploy.Slurm), true
	case "policy":
		return plainWords(deploy.JobsPolicy, deploy.MachinePolicy), true
	case "of":
		if command == "task" {
			return candidates{how: asWords}, true
		}
		return candidates{how: asFiles}, true
	case "plan", "out", "result", "html", "temp-dir", "program":
		return candidates{how: asFiles}, true
	case "array-size", "code", "cpus", "endpoint-url", "execution-role", "expected-bucket-owner", "extract", "image", "index", "job", "keep-replaced",
		"level", "like", "max-open-parts", "max-partitions", "max-record-bytes", "max-rejects", "memory", "name", "null-partition",
		"older-than", "parallelism", "plans", "price", "profile", "queue", "read-ahead", "region", "retries", "role",
		"service-account", "sse-kms-key-id", "table", "target-file-size", "task-size", "time-limit", "top", "volume", "wait", "workers":
		return candidates{how: asWords}, true // numbers, and names that only the user knows
	}
	return candidates{how: asWords}, false
}

// list returns the words behind the last comma of what is typed, without those before it.
func list(current string, words []candidate) candidates {
	done := current[:strings.LastIndexByte(current, ',')+1]
	used := strings.Split(done, ",")
	return behind(done, candidates{asOpen, slices.DeleteFunc(words, func(c candidate) bool { return slices.Contains(used, c.word) })})
}

// columnWords returns columns, with where their values are from.
func columnWords(columns []schema.Column) []candidate {
	words := make([]candidate, len(columns))
	for i, c := range columns {
		words[i] = candidate{c.String(), c.About()}
	}
	return words
}

// dimensionWords returns what rows can be grouped by.
func dimensionWords() (words []candidate) {
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		words = append(words, candidate{c.String(), c.About()})
		switch {
		case c == schema.Key:
			words = append(words, candidate{"key:1", "the first folder of the key"}, candidate{"key:2", "the first two folders of the key"})
		case c.Type().ID() == arrow.TIMESTAMP:
			for _, unit := range []string{"minute", "hour", "day"} {
				words = append(words, candidate{c.String() + ":" + unit, "the " + unit})
			}
		}
	}
	return words
}

// causeWords returns the names of causes.
func causeWords() (words []candidate) {
	for _, r := range cause.Rules() {
		words = append(words, candidate{r.Name, r.Cause})
	}
	return append(words, candidate{convert.Unexplained, "no rule explains it"}, candidate{convert.NeverRan, "in the manifest of --of alone"})
}
