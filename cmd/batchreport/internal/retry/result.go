// Package retry says what retry has come to: which objects are in a manifest, what they cost, and
// how a job is made of it, in lines and in the members of a JSON object. It writes nothing.
package retry

import (
	"encoding/json"
	"fmt"
	"strings"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/overview"
	"batchreport/cmd/batchreport/internal/stdio"
	"batchreport/cmd/batchreport/internal/terminal"
	"batchreport/convert"
	"batchreport/convert/storage"
)

// Result is what retry has come to, with the members that --json prints.
type Result struct {
	Plan           bool                    `json:"plan,omitempty"`
	Manifests      []Manifest              `json:"manifests"`
	Objects        int64                   `json:"objects"`
	Causes         []Cause                 `json:"causes"`
	LeftOut        convert.LeftOut         `json:"left_out"`
	Price          Price                   `json:"price"`
	Jobs           []string                `json:"jobs"`
	Totals         overview.Totals         `json:"totals"`
	Rejects        []overview.RejectSample `json:"rejects"`
	ElapsedSeconds float64                 `json:"elapsed_seconds"`

	from *convert.Retried
	dest string
}

// Manifest is a manifest, and how a job is made of it.
type Manifest struct {
	convert.JobManifest
	ARN          string      `json:"arn,omitempty"`
	Upload       string      `json:"upload,omitempty"`
	CreateJob    string      `json:"create_job,omitempty"`
	CLIInputJSON *jobRequest `json:"cli_input_json,omitempty"`
}

// Cause is what became of the objects of one cause.
type Cause struct {
	Cause     string `json:"cause"`
	Retryable *bool  `json:"retryable"` // null where no rule says so
	Objects   int64  `json:"objects"`
	LeftOut   int64  `json:"left_out"`
}

// Price is what the jobs cost, without the requests of their operation.
type Price struct {
	Dollars    float64 `json:"dollars"`
	PerJob     float64 `json:"per_job"`
	PerMillion float64 `json:"per_million_objects"`
}

// Options say how what retry has come to is told.
type Options struct {
	Dest      string // of the manifest
	Plan      bool   // whether nothing was written
	Partition string // of AWS, that the buckets are in
	Prices    Prices
}

// New returns what retry has come to.
func New(r *convert.Retried, o Options) *Result {
	result := &Result{
		Plan: o.Plan, Manifests: []Manifest{}, Objects: r.Objects(),
		Causes: []Cause{}, LeftOut: r.LeftOut, Jobs: append([]string{}, r.Jobs...), Totals: overview.NewTotals(r.Totals),
		Rejects: overview.NewRejects(r.Rejects), ElapsedSeconds: r.Elapsed.Seconds(), from: r, dest: o.Dest,
		Price: Price{PerJob: o.Prices.job, PerMillion: o.Prices.million},
	}
	for _, m := range r.Manifests {
		one := Manifest{JobManifest: m}
		if !o.Plan && m.Name != storage.Stdio {
			request := newJobRequest(m, r.Reports, o.Partition)
			one.CLIInputJSON, one.CreateJob, one.Upload = &request, request.command(), uploadCommand(m)
			if storage.IsS3(m.Name) {
				one.ARN = request.Manifest.Location.ObjectARN
			}
		}
		result.Manifests = append(result.Manifests, one)
		result.Price.Dollars += o.Prices.job + float64(m.Objects)/1e6*o.Prices.million
	}
	for _, count := range r.Causes {
		one := Cause{Cause: count.Name, Objects: count.Taken, LeftOut: count.Left}
		if count.Rule != nil {
			one.Retryable = &count.Rule.Retryable
		}
		result.Causes = append(result.Causes, one)
	}
	return result
}

// Lines returns how a job is made of each manifest, or with --plan what that
// would be and cost.
func (r *Result) Lines() []string {
	var lines []string
	for _, m := range r.Manifests {
		if r.Plan {
			lines = append(lines, terminal.Visible(fmt.Sprintf("%s: %s, %s", stdio.Shown(m.Name), human.Plural(m.Objects, "object"), human.Bytes(m.Bytes)))+"\n")
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
func (r *Result) price() string {
	of := "the prices of " + PricesOf
	if usual := UsualPrices(); r.Price.PerJob != usual.job || r.Price.PerMillion != usual.million {
		of = "--price"
	}
	return fmt.Sprintf("$%.2f: $%.2f for each of %s, and $%.2f for a million objects, by %s; what the operation itself costs comes on top",
		r.Price.Dollars, r.Price.PerJob, human.Plural(int64(len(r.Manifests)), "job"), r.Price.PerMillion, of)
}

// Closing says how many objects of which cause are in the manifest, and how many are not
// and why.
func (r *Result) Closing() string {
	unverified := ""
	if r.from.Totals.Unverified > 0 {
		unverified = ", not verified"
	}
	text := fmt.Sprintf("read %s of %s%s; ", human.Plural(r.from.Totals.RowsIn, "row"), human.Plural(int64(len(r.Jobs)), "job"), unverified)
	switch {
	case r.Objects == 0:
		text += "no object is to be run again, so nothing was written"
	case r.Plan:
		text += "would write " + human.Plural(r.Objects, "object")
	default:
		var names []string
		for _, m := range r.Manifests {
			names = append(names, human.Plural(m.Objects, "object")+" to "+stdio.Shown(m.Name))
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
func (r *Result) leftOut() string {
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
func (r *Result) causesOut() string {
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

// Placeholders says what the user has to put into the command.
func (r *Result) Placeholders() string {
	names := []string{accountHere, operationHere, roleHere}
	if !storage.IsS3(r.dest) {
		names = append([]string{bucketHere, keyHere}, names...)
	}
	if r.from.Reports == "" {
		names = append(names, reportHere)
	}
	last := len(names) - 1
	text := "put your own in place of " + strings.Join(names[:last], ", ") + " and " + names[last]
	if n := len(r.Jobs); n > 0 {
		text += "; what the job before had is shown by aws s3control describe-job --account-id " + accountHere + " --job-id " + r.Jobs[n-1]
	}
	return text
}
