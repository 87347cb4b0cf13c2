package page

import "slices"

// groupsView is groups as the template takes them.
type groupsView struct {
	Shown     []groupView
	Others    int64
	Rows      int64
	Estimates bool
}

// groupView is a group with the width of its bar.
type groupView struct {
	Group
	Bar int
}

// groups returns the groups that there is room for. The others are counted.
func (p *Page) groups(g *Groups, bytes room) groupsView {
	v := groupsView{Others: g.Others, Rows: g.Rows, Estimates: g.Estimates}
	for i, group := range g.Shown {
		one := groupView{Group: group, Bar: part(group.Rows, p.Verdict.Succeeded+p.Verdict.Failed)}
		if p.Verdict.Failed >= group.Rows {
			one.Bar = part(group.Rows, p.Verdict.Failed)
		}
		one.Title, one.Message = p.clipped(group.Title, 300), p.clipped(group.Message, 600)
		one.Why, one.Remedy = p.clipped(group.Why, 400), p.clipped(group.Remedy, 400)
		one.Sample, one.RequestID = p.clipped(group.Sample, 4000), p.clipped(group.RequestID, 300)
		if !bytes.takes(900, one.Title, one.Message, one.Why, one.Remedy, one.Sample, one.RequestID) {
			for _, more := range g.Shown[i:] {
				v.Others++
				v.Rows += more.Rows
			}
			break
		}
		v.Shown = append(v.Shown, one)
	}
	return v
}

// part returns how much a number is of another one in the units of bars, of which the
// longest has a thousand: some where it is not 0.
func part(n, of int64) int {
	if n <= 0 || of <= 0 {
		return 0
	}
	const least = 4 // can be seen
	return max(int(float64(n)/float64(of)*1000+0.5), least)
}

// verdictBar has the places and widths of the parts of all rows.
type verdictBar struct{ Succeeded, Failed, Rejected, FailedAt, RejectedAt int }

// newVerdictBar divides a bar. What is not 0 can be seen, and the largest part gives way.
func newVerdictBar(v *Verdict) verdictBar {
	all := v.Succeeded + v.Failed + v.Rejected
	if all == 0 {
		return verdictBar{}
	}
	widths := []int{part(v.Succeeded, all), part(v.Failed, all), part(v.Rejected, all)}
	largest := slices.Index(widths, slices.Max(widths))
	widths[largest] += 1000 - (widths[0] + widths[1] + widths[2])
	return verdictBar{widths[0], widths[1], widths[2], widths[0], widths[0] + widths[1]}
}
