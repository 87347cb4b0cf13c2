package completion

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

// ValuesOf returns what can be the value of a command's flag, of which current is typed.
func ValuesOf(command string, f *pflag.Flag, current string) Candidates {
	if f.NoOptDefVal != "" {
		return Plain("true", "false")
	}
	c, _ := FlagValues(command, f.Name, current)
	return c
}

// FlagValues returns what can be the value of the flag of that name, of which current is
// typed. It does not know every flag, which a test finds.
func FlagValues(command, name, current string) (c Candidates, known bool) {
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
		return list(current, append(columnWords(exact), Candidate{Word: "none", About: "no column"})), true
	case "partition-by":
		return list(current, append(columnWords(partition), Candidate{Word: "none", About: "no column"})), true
	case "by":
		return list(current, dimensionWords()), true
	case "where":
		c = Behind("", Candidates{How: AsOpen, Words: columnWords(all)})
		for i := range c.Words {
			c.Words[i].Word += "="
		}
		return c, true
	case "fail-on":
		return Candidates{How: AsOpen, Words: []Candidate{
			{"failed>0", "rows that failed"}, {"rejected>0", "rows that cannot be read"}, {threshold.OfCode, "rows of an error code"},
		}}, true
	case "cause":
		return Words(causeWords()...), true
	case "format":
		return Plain(table.Parquet, table.NDJSON), true
	case "compression":
		return Plain(table.Zstd, table.Snappy, table.Gzip, table.None), true
	case "raw-message":
		return Plain(table.RawAuto, table.RawKeep, table.RawDrop), true
	case "verify-input":
		return Plain(table.VerifyAuto, table.VerifyMD5, table.VerifyNone), true
	case "key-encoding":
		return Plain(schema.FormEncoding.String(), schema.PercentEncoding.String(), schema.NoEncoding.String()), true
	case "order":
		return Plain(convert.OrderDate, convert.OrderSources), true
	case "only":
		return Plain("retryable", "all"), true
	case "versions":
		return Plain("keep", "drop"), true
	case "dialect":
		return Plain(ddl.Dialects()...), true
	case "projection":
		return Plain(ddl.ProjectionEnum, ddl.ProjectionInjected), true
	case "log-format":
		return Plain("text", "json"), true
	case "sse":
		return Plain(s3.Encryptions()...), true
	case "storage-class":
		return Plain(s3.StorageClasses()...), true
	case "engine":
		return Plain(deploy.Kubernetes, deploy.AWSBatch, deploy.StepFunctions, deploy.Slurm), true
	case "policy":
		return Plain(deploy.JobsPolicy, deploy.MachinePolicy), true
	case "of":
		if command == "task" {
			return Words(), true
		}
		return Files(), true
	case "plan", "out", "result", "html", "temp-dir", "program":
		return Files(), true
	case "array-size", "code", "cpus", "endpoint-url", "execution-role", "expected-bucket-owner", "extract", "image", "index", "job", "keep-replaced",
		"level", "like", "max-open-parts", "max-partitions", "max-record-bytes", "max-rejects", "memory", "name", "null-partition",
		"older-than", "parallelism", "plans", "price", "profile", "queue", "read-ahead", "region", "retries", "role",
		"service-account", "sse-kms-key-id", "table", "target-file-size", "task-size", "time-limit", "top", "volume", "wait", "workers":
		return Words(), true // numbers, and names that only the user knows
	}
	return Words(), false
}

// list returns the words behind the last comma of what is typed, without those before it.
func list(current string, words []Candidate) Candidates {
	done := current[:strings.LastIndexByte(current, ',')+1]
	used := strings.Split(done, ",")
	return Behind(done, Candidates{How: AsOpen, Words: slices.DeleteFunc(words, func(c Candidate) bool { return slices.Contains(used, c.Word) })})
}

// columnWords returns columns, with where their values are from.
func columnWords(columns []schema.Column) []Candidate {
	words := make([]Candidate, len(columns))
	for i, c := range columns {
		words[i] = Candidate{Word: c.String(), About: c.About()}
	}
	return words
}

// dimensionWords returns what rows can be grouped by.
func dimensionWords() (words []Candidate) {
	for _, c := range append(schema.AllColumns(), schema.ReportDate) {
		words = append(words, Candidate{Word: c.String(), About: c.About()})
		switch {
		case c == schema.Key:
			words = append(words, Candidate{"key:1", "the first folder of the key"}, Candidate{"key:2", "the first two folders of the key"})
		case c.Type().ID() == arrow.TIMESTAMP:
			for _, unit := range []string{"minute", "hour", "day"} {
				words = append(words, Candidate{c.String() + ":" + unit, "the " + unit})
			}
		}
	}
	return words
}

// causeWords returns the names of causes.
func causeWords() (words []Candidate) {
	for _, r := range cause.Rules() {
		words = append(words, Candidate{Word: r.Name, About: r.Cause})
	}
	return append(words, Candidate{Word: convert.Unexplained, About: "no rule explains it"}, Candidate{Word: convert.NeverRan, About: "in the manifest of --of alone"})
}
