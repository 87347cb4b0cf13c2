package groups

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
)

// Dimension is what rows are grouped by: the values of a column, or a part of them.
type Dimension struct {
	Column schema.Column
	// Depth is how many folders of the key make the group; 0 for the whole key. Other
	// columns have none.
	Depth int
	// Unit is the span of time that makes the group; 0 for each time by itself. Only
	// columns of times have one.
	Unit time.Duration
}

// units are the spans of time that a dimension can have, by name.
var units = [...]struct {
	name string
	span time.Duration
}{{"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}}

// maxDepth is the most folders of a key that make a group: S3's keys have 1,024 bytes.
const maxDepth = 1024

// ParseDimension returns the dimension of that name: that of a column, key:N for the
// first N folders of a key, or the name of a column of times with :minute, :hour or :day.
func ParseDimension(text string) (Dimension, error) {
	name, part, hasPart := strings.Cut(text, ":")
	c, err := schema.ParseColumn(name, append(schema.AllColumns(), schema.ReportDate))
	d := Dimension{Column: c}
	if err != nil || !hasPart {
		return d, err
	}
	switch {
	case c == schema.Key:
		d.Depth, err = strconv.Atoi(part)
		if err != nil || d.Depth < 1 || d.Depth > maxDepth {
			return d, fmt.Errorf("%s: key:N is its first N folders, from 1 to %d", text, maxDepth)
		}
		return d, nil
	case c.Type().ID() == arrow.TIMESTAMP:
		for _, u := range units {
			if u.name == part {
				d.Unit = u.span
				return d, nil
			}
		}
		return d, fmt.Errorf("%s: a time is grouped by minute, hour or day%s", text, schema.DidYouMean(part, "minute", "hour", "day"))
	}
	return d, fmt.Errorf("%s: only key and the times have parts, such as key:1 and %s:hour", text, schema.OccurredAt)
}

// String returns the name that ParseDimension takes.
func (d Dimension) String() string {
	switch {
	case d.Depth > 0:
		return fmt.Sprintf("%s:%d", d.Column, d.Depth)
	case d.Unit > 0:
		for _, u := range units {
			if u.span == d.Unit {
				return d.Column.String() + ":" + u.name
			}
		}
	}
	return d.Column.String()
}

// MaxDimensions is how many dimensions a grouping can have.
const MaxDimensions = 16

// ByCause returns the dimensions that tell the causes of failures apart.
func ByCause() []Dimension {
	var by []Dimension
	for _, c := range []schema.Column{
		schema.ErrorCode, schema.HTTPStatusCode, schema.Service, schema.Operation, schema.ServiceErrorCode, schema.ServiceStatusCode,
		schema.DeniedAction, schema.ErrorType, schema.TimeoutSeconds, schema.ResultTemplate,
	} {
		by = append(by, Dimension{Column: c})
	}
	return by
}
