// Package groups says what an overview of reports has counted: rows in groups of which all
// have the same values of some dimensions. convert.MakeOverview makes them.
package groups

import (
	"slices"

	"batchreport/convert/internal/explain"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// Grouping is rows in groups of which all have the same values of some dimensions.
type Grouping struct {
	By []Dimension
	// Groups are the groups of the most rows, those with the most rows first.
	Groups []Group
	// Others counts the groups that there was no room for, at most, and OtherRows their
	// rows. Both are 0 while all groups are there, which they are up to 10,000.
	Others, OtherRows int64
}

// Group is a group of rows.
type Group struct {
	// Values are those of Grouping.By in its order; nil is null. One of more than 1 KiB
	// is cut, and ends in three dots.
	Values []*string
	// Rows is how many there are. Where Missed is not 0 there may be as many more, since
	// the group came when there was no room for all.
	Rows, Missed int64
	Sample       Sample
	// Cause is what the table of causes says of the group; nil where that is nothing, and
	// where By leaves out what it goes by.
	Cause *cause.Rule
}

// Value returns the value of a dimension that is a column; nil where that is null, or no
// dimension.
func (g *Grouping) Value(group *Group, c schema.Column) *string {
	i := slices.Index(g.By, Dimension{Column: c})
	if i < 0 {
		return nil
	}
	return group.Values[i]
}

// Sample is a row: the first of its group.
type Sample struct {
	File      string  // the result file's key, as in the manifest
	Row       int64   // its number there, from 1
	Bucket    *string // nil is null
	Key       *string
	VersionID *string
	RequestID *string // of the service or, without one, of the Lambda function
}

// FailedRow is one of the rows that failed.
type FailedRow struct {
	Sample
	ErrorCode        *string // nil is null
	HTTPStatusCode   *string
	ServiceErrorCode *string
	Text             *string // result_text
	OccurredAt       *string // RFC 3339
	Cause            *cause.Rule
}

// MaxFailedRows is the most rows of which a sample can be.
const MaxFailedRows = 100_000

// Failure returns what the rules of causes go by.
func (g *Grouping) Failure(group *Group) cause.Failure {
	return explain.FailureOf(func(c schema.Column) string {
		if v := g.Value(group, c); v != nil {
			return *v
		}
		return ""
	})
}
