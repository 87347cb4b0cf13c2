package message

import (
	"bytes"

	"batchreport/schema/internal/scan"
)

// argReader reads the arguments of a call to Python's datetime module.
type argReader struct {
	src []byte
	pos int
}

// skip moves past s if it is what comes next.
func (r *argReader) skip(s string) bool {
	if !bytes.HasPrefix(r.src[r.pos:], []byte(s)) {
		return false
	}
	r.pos += len(s)
	return true
}

// int reads a number of at most nine digits.
func (r *argReader) int() (int, bool) {
	start := r.pos
	if start < len(r.src) && r.src[start] == '-' {
		start++
	}
	v, end := 0, start
	for ; end < len(r.src) && scan.IsDigit(r.src[end]) && end <= start+9; end++ {
		v = 10*v + int(r.src[end]-'0')
	}
	if end == start || end > start+9 {
		return 0, false
	}
	if start > r.pos {
		v = -v
	}
	r.pos = end
	return v, true
}

// ints reads numbers with commas between them into dst and returns how many.
func (r *argReader) ints(dst []int) int {
	src := r.src
	for i := range dst {
		pos := r.pos
		if i > 0 {
			if pos+2 > len(src) || src[pos] != ',' || src[pos+1] != ' ' {
				return i
			}
			pos += 2
		}
		// Nearly all are of one digit or two, or are a year.
		v, end := 0, pos
		for end < len(src) && end < pos+4 && scan.IsDigit(src[end]) {
			v = 10*v + int(src[end]-'0')
			end++
		}
		if end == pos || end < len(src) && scan.IsDigit(src[end]) {
			start := r.pos
			r.pos = pos
			var ok bool
			if v, ok = r.int(); !ok {
				r.pos = start
				return i
			}
			end = r.pos
		}
		dst[i], r.pos = v, end
	}
	return len(dst)
}

// readDatetime reads the arguments of datetime.datetime( from i on and returns
// where the call ends, 0 where it is none that Python writes or its zone is
// known by name only: no table of zones is the same on every machine.
func readDatetime(src []byte, i int) (t scan.Moment, end int) {
	r := argReader{src, i}
	var v [7]int
	n := r.ints(v[:])
	t = scan.Moment{Year: v[0], Month: v[1], Day: v[2], Hour: v[3], Minute: v[4], Second: v[5], Micros: v[6]}
	if n < 5 || !t.ValidDate() || !r.zone(&t) {
		return t, 0
	}
	return t, r.pos
}

// readDate reads the arguments of datetime.date(.
func readDate(src []byte, i int) (t scan.Moment, end int) {
	r := argReader{src, i}
	var v [3]int
	n := r.ints(v[:])
	t = scan.Moment{Year: v[0], Month: v[1], Day: v[2]}
	if n < 3 || !t.ValidDate() || !r.skip(")") {
		return t, 0
	}
	return t, r.pos
}

// readTimeOfDay reads the arguments of datetime.time(.
func readTimeOfDay(src []byte, i int) (t scan.Moment, end int) {
	r := argReader{src, i}
	var v [4]int
	n := r.ints(v[:])
	t = scan.Moment{Hour: v[0], Minute: v[1], Second: v[2], Micros: v[3]}
	if n < 2 || !r.zone(&t) {
		return t, 0
	}
	return t, r.pos
}

// zone reads fold= and tzinfo= up to the end of the call.
func (r *argReader) zone(t *scan.Moment) bool {
	if !t.ValidTimeOfDay() {
		return false
	}
	if r.skip(", tzinfo=tzlocal())") || r.skip(", tzinfo=tzutc())") { // boto3's
		t.Aware = true
		return true
	}
	r.skip(", fold=1")
	if r.skip(", tzinfo=") {
		offset, ok := r.tzinfo()
		if !ok {
			return false
		}
		t.Offset, t.Aware = offset, true
	}
	r.skip(", fold=1") // datetime.time has it behind the zone
	return r.skip(")")
}

// tzinfo reads a zone and returns its offset in seconds. tzlocal() counts as
// UTC, which it is in Lambda.
func (r *argReader) tzinfo() (offset int, ok bool) {
	for _, utc := range [...]string{
		"tzlocal()", "tzutc()", "datetime.timezone.utc", "<UTC>", "TzInfo(UTC)",
		"zoneinfo.ZoneInfo(key='UTC')", "zoneinfo.ZoneInfo(key='Etc/UTC')",
	} {
		if r.skip(utc) {
			return 0, true
		}
	}
	switch {
	case r.skip("datetime.timezone("):
		if offset, ok = r.timedelta(); ok && r.skip(", ") {
			ok = r.name()
		}
	case r.skip("tzoffset("):
		if (r.skip("None") || r.name()) && r.skip(", ") {
			offset, ok = r.int()
		}
	}
	// RFC 3339 has offsets of whole minutes below a day.
	return offset, ok && r.skip(")") && offset%60 == 0 && -86400 < offset && offset < 86400
}

// timedelta reads datetime.timedelta(days=-1, seconds=68400), which until
// Python 3.6 was datetime.timedelta(-1, 68400), and returns its seconds.
func (r *argReader) timedelta() (seconds int, ok bool) {
	if !r.skip("datetime.timedelta(") {
		return 0, false
	}
	var v [2]int // days, seconds
	if r.skip("days=") {
		if v[0], ok = r.int(); !ok {
			return 0, false
		}
		r.skip(", ")
	}
	if r.skip("seconds=") {
		if v[1], ok = r.int(); !ok {
			return 0, false
		}
	}
	if !ok {
		r.ints(v[:])
	}
	return v[0]*86400 + v[1], r.skip(")")
}

// name skips a string without escapes.
func (r *argReader) name() bool {
	start := r.pos + max(0, prefixLength(r.src[r.pos:]))
	if start == len(r.src) || r.src[start] != '\'' {
		return false
	}
	n := bytes.IndexByte(r.src[start+1:], '\'')
	r.pos = start + 1 + n + 1
	return n >= 0
}
