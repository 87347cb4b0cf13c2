package message

import "bytes"

// An arrow is what stands on both sides of one, as in 'photos/a.jpg --> backup/a.jpg': a
// copy's source and its target. Of these, the row's own key is at most one, and the other
// differs from row to row as much.
type arrow struct{ left, right span }

// findArrow finds the first arrow between two keys in text; ok is false where there is
// none. They are taken for keys where they are in quotes together, where one has the
// row's key or bucket in it, or where both have slashes.
func findArrow(text []byte, row Row) (a arrow, ok bool) {
	for _, sign := range [...]string{" --> ", " -> ", " => "} {
		at := bytes.Index(text, []byte(sign))
		if at < 0 {
			continue
		}
		before, after := text[:at], text[at+len(sign):]
		a.left = span{bytes.LastIndexAny(before, " \t\n'\"`([") + 1, at}
		a.right = span{at + len(sign), len(text)}
		if n := bytes.IndexAny(after, " \t\r\n'\"`)],;"); n >= 0 {
			a.right.end = a.right.start + n
		}
		quoted := false
		if open := bytes.LastIndexAny(before, "'\"`\n"); open >= 0 && before[open] != '\n' {
			if n := bytes.IndexByte(after, before[open]); n >= 0 && bytes.IndexByte(after[:n], '\n') < 0 {
				quoted = true
				a.left.start, a.right.end = open+1, a.right.start+n
			}
		}
		left, right := text[a.left.start:a.left.end], text[a.right.start:a.right.end]
		if len(left) == 0 || len(right) == 0 {
			continue
		}
		own := row.within(left) || row.within(right)
		if own || quoted && sign == " --> " || bytes.IndexByte(left, '/') >= 0 && bytes.IndexByte(right, '/') >= 0 {
			return a, true
		}
	}
	return arrow{}, false
}

// at returns the length and mask of the side that begins at i, 0 where none does.
func (a *arrow) at(i int) (n int, mask string) {
	for _, side := range [...]span{a.left, a.right} {
		if side.start == i && side.end > i {
			return side.end - i, "<key>"
		}
	}
	return 0, ""
}

// limit returns where what is masked from i on has to end, to leave the sides alone.
func (a *arrow) limit(i, end int) int {
	for _, side := range [...]span{a.left, a.right} {
		if side.end > side.start && side.start > i {
			end = min(end, side.start)
		}
	}
	return end
}
