package page

import "strconv"

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
	Bar string
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
// longest has a thousand: at least one where it is not 0.
func part(n, of int64) string {
	if n <= 0 || of <= 0 {
		return "0"
	}
	return strconv.Itoa(max(int(float64(n)/float64(of)*1000+0.5), 4))
}

// verdictBar has the places and widths of the parts of all rows.
type verdictBar struct{ Succeeded, Failed, Rejected, FailedAt, RejectedAt string }

// newVerdictBar divides a bar. What is not 0 can be seen.
func newVerdictBar(v *Verdict) verdictBar {
	all := v.Succeeded + v.Failed + v.Rejected
	if all == 0 {
		return verdictBar{"0", "0", "0", "0", "0"}
	}
	width := func(n int64) int {
		units, _ := strconv.Atoi(part(n, all))
		return units
	}
	failed, rejected := width(v.Failed), width(v.Rejected)
	succeeded := width(v.Succeeded)
	if over := succeeded + failed + rejected - 1000; over > 0 { // the largest gives way
		switch max(succeeded, failed, rejected) {
		case succeeded:
			succeeded -= over
		case failed:
			failed -= over
		default:
			rejected -= over
		}
	}
	return verdictBar{
		strconv.Itoa(succeeded), strconv.Itoa(failed), strconv.Itoa(1000 - succeeded - failed),
		strconv.Itoa(succeeded), strconv.Itoa(succeeded + failed),
	}
}
