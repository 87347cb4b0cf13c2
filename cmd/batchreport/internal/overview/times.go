package overview

import (
	"fmt"
	"time"

	"batchreport/cmd/batchreport/internal/human"
	"batchreport/cmd/batchreport/internal/page"
	"batchreport/convert/groups"
	"batchreport/schema"
)

// pageTimes returns when rows failed: by the minute where all minutes could be counted.
func pageTimes(minutes, hours *groups.Grouping, failed int64) page.Times {
	t, g := page.Times{Unit: time.Minute}, minutes
	if minutes.Others > 0 {
		t.Unit, g = time.Hour, hours
	}
	var known int64
	for i := range g.Groups {
		at := g.Groups[i].Values[0]
		if at == nil {
			continue
		}
		begin, err := time.Parse(time.RFC3339, *at)
		if err != nil {
			continue // of a year that has not four digits
		}
		code := deref(g.Value(&g.Groups[i], schema.ServiceErrorCode))
		if code == "" {
			code = deref(g.Value(&g.Groups[i], schema.ErrorCode))
		}
		known += g.Groups[i].Rows
		t.Points = append(t.Points, page.Point{Time: begin, Code: code, Rows: g.Groups[i].Rows})
	}
	switch {
	case known == 0:
		t.Words = "No message says when its row failed: time-outs of Lambda functions do, and the headers of responses."
	case known < failed:
		t.Words = fmt.Sprintf("%s of the %s that failed say when.", human.Comma(known), human.Plural(failed, "row"))
	}
	return t
}
