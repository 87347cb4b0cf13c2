package main

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// threshold is a rule of --fail-on: how many rows of a kind are too many.
type threshold struct {
	rule  string // as it was given
	what  string // failed, rejected or ofCode
	code  string // where what is ofCode
	equal bool   // whether the limit itself is too many
	share bool   // whether the limit is a share of all rows, and not a number of rows
	limit *big.Rat
}

// ofCode is what a threshold counts that counts the rows of an error code.
const ofCode = "code:"

// bindFailOn binds the flag of the commands that say what they have found.
func bindFailOn(f *pflag.FlagSet, to *[]threshold) {
	f.Func("fail-on", "`RULE` by which the exit code is 4 though all was done: failed, rejected or code:CODE, then > or >=, then a number of rows or, with %, a share of all rows read, such as 'failed>0.1%', 'code:AccessDenied>0' or 'rejected>0'; of all jobs together; may be repeated (default none)", func(text string) error {
		t, err := parseThreshold(text)
		if err == nil {
			*to = append(*to, t)
		}
		return err
	})
}

// limitPattern is what stands behind the last > of a rule.
var limitPattern = regexp.MustCompile(`^(=?)\s*([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*(%?)$`)

// parseThreshold parses a rule.
func parseThreshold(text string) (threshold, error) {
	wrong := func(why string) (threshold, error) {
		return threshold{}, fmt.Errorf("%q %s, such as 'failed>0.1%%', 'code:AccessDenied>0' or 'rejected>0'", text, why)
	}
	i := strings.LastIndexByte(text, '>')
	if i < 0 {
		return wrong("has no > between what is counted and how many are allowed")
	}
	t := threshold{rule: text, what: strings.TrimSpace(text[:i])}
	if code, ok := strings.CutPrefix(t.what, ofCode); ok {
		t.what, t.code = ofCode, strings.TrimSpace(code)
	}
	switch {
	case t.what == ofCode && t.code == "":
		return wrong("names no code")
	case t.what != ofCode && t.what != "failed" && t.what != "rejected":
		return wrong("counts none of failed, rejected and code:CODE")
	}
	m := limitPattern.FindStringSubmatch(strings.TrimSpace(text[i+1:]))
	if m == nil {
		return wrong("has no number of rows, or share in %, behind the >")
	}
	t.equal, t.share = m[1] != "", m[3] != ""
	t.limit, _ = new(big.Rat).SetString(m[2])
	if t.share {
		t.limit.Quo(t.limit, big.NewRat(100, 1))
	}
	return t, nil
}

// counted is what thresholds judge: the rows of all jobs of a run.
type counted struct {
	rows, failed, rejected int64
	codes                  ledger.CodeCounts
	codesUnknown           string // a job whose codes were not counted; empty if all were
}

// add adds a job that was read, now or before. codes are nil where they were not counted.
func (c *counted) add(job string, t ledger.Totals, codes *ledger.CodeCounts) {
	if c.codes.Rows == nil {
		c.codes.Rows = map[string]int64{}
	}
	c.rows += t.RowsIn
	c.failed += t.Failed
	c.rejected += t.Rejected
	switch {
	case codes != nil:
		c.codes.Add(*codes)
	case c.codesUnknown == "":
		c.codesUnknown = job
	}
}

// verdict is what a threshold says of a run.
type verdict struct {
	Rule   string `json:"rule"`   // as it was given
	Passed bool   `json:"passed"` // whether there were too many, or might have been
	// Known is false where it cannot be told whether there were.
	Known bool   `json:"known"`
	Rows  int64  `json:"rows"` // that were counted, at least
	Of    int64  `json:"of"`   // all rows that were read
	why   string // it is not known
}

// judge says whether there were too many rows.
func (t *threshold) judge(c *counted) verdict {
	v := verdict{Rule: t.rule, Known: true, Of: c.rows}
	least, most := c.failed, c.failed
	switch t.what {
	case "rejected":
		least, most = c.rejected, c.rejected
	case ofCode:
		least, most = c.codes.Of(t.code)
	}
	v.Rows = least
	switch {
	case t.isPassed(least, c.rows):
		v.Passed = true
	case t.what == ofCode && c.codesUnknown != "":
		v.Passed, v.Known = true, false
		v.why = "the record of job " + c.codesUnknown + " was written by a version that did not count error codes: --force converts it again"
	case t.isPassed(most, c.rows):
		v.Passed, v.Known = true, false
		v.why = "there are more error codes than are counted one by one"
	}
	return v
}

// isPassed reports whether so many of all rows are too many. Of no rows, the share is 0.
func (t *threshold) isPassed(rows, all int64) bool {
	n := new(big.Rat).SetInt64(rows)
	if t.share {
		n.Quo(n, new(big.Rat).SetInt64(max(all, 1)))
	}
	order := n.Cmp(t.limit)
	return order > 0 || order == 0 && t.equal
}

// judge applies all thresholds. Those that were passed are told.
func (a *app) judge(thresholds []threshold, c *counted) []verdict {
	var verdicts []verdict
	for i := range thresholds {
		v := thresholds[i].judge(c)
		verdicts = append(verdicts, v)
		switch {
		case !v.Passed && thresholds[i].what == ofCode:
			a.warnCode(thresholds[i], c)
		case !v.Passed:
		case !v.Known:
			a.log.Error("threshold " + v.Rule + " is not known to be kept: " + v.why)
		default:
			a.log.Error(fmt.Sprintf("threshold %s is passed: %s of %s (%s)", v.Rule, human.Plural(v.Rows, "row"), human.Comma(v.Of), human.Share(v.Rows, v.Of)))
		}
	}
	return verdicts
}

// warnCode warns that a threshold counts a code that no row has, if it is also one that
// the rules of causes do not know, so that it is most likely misspelled.
func (a *app) warnCode(t threshold, c *counted) {
	_, most := c.codes.Of(t.code)
	known := slices.ContainsFunc(cause.Rules(), func(r cause.Rule) bool { return slices.Contains(r.Codes, t.code) })
	if most == 0 && !known && c.rows > 0 {
		a.log.Warn("threshold " + t.rule + ": " + noCode("row", t.code, slices.Sorted(maps.Keys(c.codes.Rows))))
	}
}

// noCode says that nothing of what is counted has a code, and which of those that are
// there may be meant.
func noCode(what, code string, there []string) string {
	return fmt.Sprintf("no %s has the code %s%s", what, storage.Shown(code), schema.DidYouMean(code, there...))
}

// isPassed reports whether one of the thresholds was passed.
func isPassed(verdicts []verdict) bool {
	for _, v := range verdicts {
		if v.Passed {
			return true
		}
	}
	return false
}

// errThreshold is the error of a run that is done, and has found more than --fail-on
// allows, which has been reported already.
var errThreshold = errors.New("a threshold was passed")
