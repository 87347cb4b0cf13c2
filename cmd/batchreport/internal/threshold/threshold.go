// Package threshold judges what a run has counted by the rules of --fail-on: how many rows of a
// kind are too many. It says nothing itself.
package threshold

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"batchreport/convert/ledger"
)

// Rule is a rule of --fail-on: how many rows of a kind are too many.
type Rule struct {
	Text string // as it was given
	Code string // whose rows are counted; empty where it is not those of a code

	what  string // failed, rejected or OfCode
	equal bool   // whether the limit itself is too many
	share bool   // whether the limit is a share of all rows, and not a number of rows
	limit *big.Rat
}

// OfCode begins what a rule counts that counts the rows of an error code.
const OfCode = "code:"

// limitPattern is what stands behind the last > of a rule.
var limitPattern = regexp.MustCompile(`^(=?)\s*([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*(%?)$`)

// Parse parses a rule: failed, rejected or code:CODE, then > or >=, then a number of rows or,
// with %, a share of all rows. The number has up to 18 digits before its point, and behind it.
func Parse(text string) (Rule, error) {
	wrong := func(why string) (Rule, error) {
		return Rule{}, fmt.Errorf("%q %s, such as 'failed>0.1%%', 'code:AccessDenied>0' or 'rejected>0'", text, why)
	}
	i := strings.LastIndexByte(text, '>')
	if i < 0 {
		return wrong("has no > between what is counted and how many are allowed")
	}
	t := Rule{Text: text, what: strings.TrimSpace(text[:i])}
	if code, ok := strings.CutPrefix(t.what, OfCode); ok {
		t.what, t.Code = OfCode, strings.TrimSpace(code)
	}
	switch {
	case t.what == OfCode && t.Code == "":
		return wrong("names no code")
	case t.what != OfCode && t.what != "failed" && t.what != "rejected":
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

// Counted is what rules judge: the rows of all jobs of a run.
type Counted struct {
	Rows  int64 // all that were read
	Codes ledger.CodeCounts

	failed, rejected int64
	codesUnknown     string // a job whose codes were not counted; empty if all were
}

// Add adds a job that was read, now or before. codes are nil where they were not counted.
func (c *Counted) Add(job string, t ledger.Totals, codes *ledger.CodeCounts) {
	if c.Codes.Rows == nil {
		c.Codes.Rows = map[string]int64{}
	}
	c.Rows += t.RowsIn
	c.failed += t.Failed
	c.rejected += t.Rejected
	switch {
	case codes != nil:
		c.Codes.Add(*codes)
	case c.codesUnknown == "":
		c.codesUnknown = job
	}
}

// Verdict is what a threshold says of a run.
type Verdict struct {
	Rule   string `json:"rule"`   // as it was given
	Passed bool   `json:"passed"` // whether there were too many, or might have been
	// Known is false where it cannot be told whether there were.
	Known bool   `json:"known"`
	Rows  int64  `json:"rows"` // that were counted, at least
	Of    int64  `json:"of"`   // all rows that were read
	Why   string `json:"-"`    // it is not known
}

// Judge says whether there were too many rows.
func (t *Rule) Judge(c *Counted) Verdict {
	v := Verdict{Rule: t.Text, Known: true, Of: c.Rows}
	least, most := c.failed, c.failed
	switch t.what {
	case "rejected":
		least, most = c.rejected, c.rejected
	case OfCode:
		least, most = c.Codes.Of(t.Code)
	}
	v.Rows = least
	switch {
	case t.isPassed(least, c.Rows):
		v.Passed = true
	case t.what == OfCode && c.codesUnknown != "":
		v.Passed, v.Known = true, false
		v.Why = "the record of job " + c.codesUnknown + " was written by a version that did not count error codes: --force converts it again"
	case t.isPassed(most, c.Rows):
		v.Passed, v.Known = true, false
		v.Why = "there are more error codes than are counted one by one"
	}
	return v
}

// isPassed reports whether so many of all rows are too many. Of no rows, the share is 0.
func (t *Rule) isPassed(rows, all int64) bool {
	n := new(big.Rat).SetInt64(rows)
	if t.share {
		n.Quo(n, new(big.Rat).SetInt64(max(all, 1)))
	}
	order := n.Cmp(t.limit)
	return order > 0 || order == 0 && t.equal
}

// AnyPassed reports whether one of the thresholds was passed.
func AnyPassed(verdicts []Verdict) bool {
	for _, v := range verdicts {
		if v.Passed {
			return true
		}
	}
	return false
}
