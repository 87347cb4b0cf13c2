package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/overview"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
)

// rowError is a row that cannot be read.
type rowError = ledger.RowError

// retryResult is the result of retry.
type retryResult struct {
	header
	Plan           bool                    `json:"plan,omitempty"`
	Manifests      []manifestResult        `json:"manifests"`
	Objects        int64                   `json:"objects"`
	Causes         []causeResult           `json:"causes"`
	LeftOut        convert.LeftOut         `json:"left_out"`
	Price          priceResult             `json:"price"`
	Jobs           []string                `json:"jobs"`
	Totals         overview.Totals         `json:"totals"`
	Rejects        []overview.RejectSample `json:"rejects"`
	ElapsedSeconds float64                 `json:"elapsed_seconds"`
	problems

	dest string
}

// manifestResult is a manifest, and how a job is made of it.
type manifestResult struct {
	convert.JobManifest
	ARN          string      `json:"arn,omitempty"`
	Upload       string      `json:"upload,omitempty"`
	CreateJob    string      `json:"create_job,omitempty"`
	CLIInputJSON *jobRequest `json:"cli_input_json,omitempty"`
}

// causeResult is what became of the objects of one cause.
type causeResult struct {
	Cause     string `json:"cause"`
	Retryable *bool  `json:"retryable"` // null where no rule says so
	Objects   int64  `json:"objects"`
	LeftOut   int64  `json:"left_out"`
}

// priceResult is what the jobs cost, without the requests of their operation.
type priceResult struct {
	Dollars    float64 `json:"dollars"`
	PerJob     float64 `json:"per_job"`
	PerMillion float64 `json:"per_million_objects"`
}

// prices are what S3 Batch Operations costs, in dollars.
type prices struct{ job, million float64 }

// usualPrices are those of us-east-1 at the time of pricesOf, by
// https://aws.amazon.com/s3/pricing/.
var usualPrices = prices{0.25, 1}

const pricesOf = "2025-09 in us-east-1"

// String returns the prices as set takes them.
func (p prices) String() string {
	return strconv.FormatFloat(p.job, 'f', 2, 64) + "," + strconv.FormatFloat(p.million, 'f', 2, 64)
}

func (p *prices) set(text string) error {
	job, million, ok := strings.Cut(text, ",")
	if !ok {
		return fmt.Errorf("%q has no comma between the price of a job and that of a million objects", text)
	}
	for _, v := range []struct {
		text string
		to   *float64
	}{{job, &p.job}, {million, &p.million}} {
		n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if err != nil || !(n >= 0 && n < 1e9) {
			return fmt.Errorf("%q is no price in dollars", v.text)
		}
		*v.to = n
	}
	return nil
}

func newRetryResult(c *retryCommand, r *convert.Retried, partition string, p problems) *retryResult {
	result := &retryResult{
		header: newHeader("retry", c.manifest), Plan: c.options.DryRun, Manifests: []manifestResult{}, Objects: r.Objects(),
		Causes: []causeResult{}, LeftOut: r.LeftOut, Jobs: append([]string{}, r.Jobs...), Totals: overview.NewTotals(r.Totals),
		Rejects: overview.NewRejects(r.Rejects), ElapsedSeconds: r.Elapsed.Seconds(), problems: p, dest: c.manifest,
		Price: priceResult{PerJob: c.prices.job, PerMillion: c.prices.million},
	}
	for _, m := range r.Manifests {
		one := manifestResult{JobManifest: m}
		if !c.options.DryRun && m.Name != storage.Stdio {
			request := newJobRequest(m, r.Reports, partition)
			one.CLIInputJSON, one.CreateJob, one.Upload = &request, request.command(), uploadCommand(m)
			if storage.IsS3(m.Name) {
				one.ARN = request.Manifest.Location.ObjectARN
			}
		}
		result.Manifests = append(result.Manifests, one)
		result.Price.Dollars += c.prices.job + float64(m.Objects)/1e6*c.prices.million
	}
	for _, count := range r.Causes {
		one := causeResult{Cause: count.Name, Objects: count.Taken, LeftOut: count.Left}
		if count.Rule != nil {
			one.Retryable = &count.Rule.Retryable
		}
		result.Causes = append(result.Causes, one)
	}
	return result
}

// lines implements result: how a job is made of each manifest, or with --plan what that
// would be and cost.
func (r *retryResult) lines() []string {
	var lines []string
	for _, m := range r.Manifests {
		if r.Plan {
			lines = append(lines, terminal.Visible(fmt.Sprintf("%s: %s, %s", shownDest(m.Name), human.Plural(m.Objects, "object"), human.Bytes(m.Bytes)))+"\n")
			continue
		}
		if m.Upload != "" {
			lines = append(lines, terminal.Visible(m.Upload)+"\n")
		}
		lines = append(lines, terminal.Visible(m.CreateJob)+"\n")
		if object, err := json.MarshalIndent(m.CLIInputJSON, "", "  "); err == nil {
			lines = append(lines, string(terminal.VisibleJSON(object))+"\n")
		}
	}
	if r.Plan && len(r.Manifests) > 0 {
		lines = append(lines, r.price()+"\n")
	}
	return lines
}

// price says what the jobs would cost.
func (r *retryResult) price() string {
	of := "the prices of " + pricesOf
	if r.Price.PerJob != usualPrices.job || r.Price.PerMillion != usualPrices.million {
		of = "--price"
	}
	return fmt.Sprintf("$%.2f: $%.2f for each of %s, and $%.2f for a million objects, by %s; what the operation itself costs comes on top",
		r.Price.Dollars, r.Price.PerJob, human.Plural(int64(len(r.Manifests)), "job"), r.Price.PerMillion, of)
}

// closing says how many objects of which cause are in the manifest, and how many are not
// and why.
func (r *retryResult) closing(from *convert.Retried) string {
	unverified := ""
	if from.Totals.Unverified > 0 {
		unverified = ", not verified"
	}
	text := fmt.Sprintf("read %s of %s%s; ", human.Plural(from.Totals.RowsIn, "row"), human.Plural(int64(len(r.Jobs)), "job"), unverified)
	switch {
	case r.Objects == 0:
		text += "no object is to be run again, so nothing was written"
	case r.Plan:
		text += "would write " + human.Plural(r.Objects, "object")
	default:
		var names []string
		for _, m := range r.Manifests {
			names = append(names, human.Plural(m.Objects, "object")+" to "+shownDest(m.Name))
		}
		text += "wrote " + strings.Join(names, " and ")
	}
	var in []string
	for _, c := range r.Causes {
		if c.Objects > 0 {
			in = append(in, human.Comma(c.Objects)+" "+c.Cause)
		}
	}
	if len(in) > 0 {
		text += ": " + strings.Join(in, ", ")
	}
	return text + r.leftOut()
}

// leftOut says how many objects are in no manifest, and why.
func (r *retryResult) leftOut() string {
	var all int64
	var why []string
	for _, reason := range []struct {
		n    int64
		what string
	}{
		{r.LeftOut.Succeeded, "succeeded in a later job"},
		{r.LeftOut.NotRetryable, "not retryable" + r.causesOut()},
		{r.LeftOut.OtherCause, "of another cause"},
		{r.LeftOut.OtherCode, "of another code"},
		{r.LeftOut.OtherValue, "not of --where"},
		{r.LeftOut.Versions, "other versions of the same objects"},
	} {
		if reason.n > 0 {
			all += reason.n
			why = append(why, human.Comma(reason.n)+" "+reason.what)
		}
	}
	if all == 0 {
		return ""
	}
	return "; left out " + human.Comma(all) + ": " + strings.Join(why, ", ")
}

// causesOut names the causes that are not retryable.
func (r *retryResult) causesOut() string {
	var names []string
	for _, c := range r.Causes {
		if c.LeftOut > 0 && (c.Retryable == nil || !*c.Retryable) {
			names = append(names, human.Comma(c.LeftOut)+" "+c.Cause)
		}
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("%d other causes", len(names)-most))
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// placeholders says what the user has to put into the command.
func (r *retryResult) placeholders(from *convert.Retried) string {
	names := []string{accountHere, operationHere, roleHere}
	if !storage.IsS3(r.dest) {
		names = append([]string{bucketHere, keyHere}, names...)
	}
	if from.Reports == "" {
		names = append(names, reportHere)
	}
	last := len(names) - 1
	text := "put your own in place of " + strings.Join(names[:last], ", ") + " and " + names[last]
	if n := len(r.Jobs); n > 0 {
		text += "; what the job before had is shown by aws s3control describe-job --account-id " + accountHere + " --job-id " + r.Jobs[n-1]
	}
	return text
}
