package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/conversions"
	"batchreport/cmd/batchreport/internal/exit"
	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/result"
	"batchreport/cmd/batchreport/internal/threshold"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// finish prints the result of a run that made a table, or would, and ended with err, and
// returns what the run has come to.
func (a *app) finish(command, dest string, dryRun bool, failOn []threshold.Rule, s *convert.Summary, err error) error {
	verdicts := a.judge(failOn, conversions.Counted(s))
	r := convertResult{result.NewHeader(command, dest), conversions.New(s, conversions.Options{DryRun: dryRun, FailOn: verdicts, Explain: a.explain}), a.problems(err)}
	return outcome(errors.Join(err, a.printResult(r)), verdicts, conversions.Rejected(s))
}

// convertResult is the result of convert, of outcome and of commit.
type convertResult struct {
	result.Header
	conversions.Result
	result.Problems
}

// outcome returns what a run has come to that ended with err: which of the exit codes
// goes before which.
func outcome(err error, verdicts []threshold.Verdict, rejected bool) error {
	switch {
	case err != nil:
		return err
	case threshold.AnyPassed(verdicts):
		return exit.ErrThreshold
	case rejected:
		return exit.ErrRejects
	}
	return nil
}

// bindFailOn binds the flag of the commands that say what they have found.
func bindFailOn(f *pflag.FlagSet, to *[]threshold.Rule) {
	f.Func("fail-on", "`RULE` by which the exit code is 4 though all was done: failed, rejected or code:CODE, then > or >=, then a number of rows or, with %, a share of all rows read, such as 'failed>0.1%', 'code:AccessDenied>0' or 'rejected>0'; of all jobs together; may be repeated (default none)", func(text string) error {
		t, err := threshold.Parse(text)
		if err == nil {
			*to = append(*to, t)
		}
		return err
	})
}

// judge applies all thresholds. Those that were passed are told.
func (a *app) judge(thresholds []threshold.Rule, c *threshold.Counted) []threshold.Verdict {
	var verdicts []threshold.Verdict
	for _, t := range thresholds {
		v := t.Judge(c)
		verdicts = append(verdicts, v)
		switch {
		case !v.Passed && t.Code != "":
			a.warnCode(t, c)
		case !v.Passed:
		case !v.Known:
			a.log.Error("threshold " + v.Rule + " is not known to be kept: " + v.Why)
		default:
			a.log.Error(fmt.Sprintf("threshold %s is passed: %s of %s (%s)", v.Rule, human.Plural(v.Rows, "row"), human.Comma(v.Of), human.Share(v.Rows, v.Of)))
		}
	}
	return verdicts
}

// warnCode warns that a threshold counts a code that no row has, if it is also one that
// the rules of causes do not know, so that it is most likely misspelled.
func (a *app) warnCode(t threshold.Rule, c *threshold.Counted) {
	_, most := c.Codes.Of(t.Code)
	known := slices.ContainsFunc(cause.Rules(), func(r cause.Rule) bool { return slices.Contains(r.Codes, t.Code) })
	if most == 0 && !known && c.Rows > 0 {
		a.log.Warn("threshold " + t.Text + ": " + noCode("row", t.Code, slices.Sorted(maps.Keys(c.Codes.Rows))))
	}
}

// noCode says that nothing of what is counted has a code, and which of those that are
// there may be meant.
func noCode(what, code string, there []string) string {
	return fmt.Sprintf("no %s has the code %s%s", what, storage.Shown(code), schema.DidYouMean(code, there...))
}
