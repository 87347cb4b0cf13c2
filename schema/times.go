package schema

import "strings"

// moment is a date and time of day as written, and what the zone says.
type moment struct {
	year, month, day         int
	hour, minute, second, us int
	offset                   int // seconds east of UTC
	aware                    bool
}

// millis returns the moment as a column has it. A naive moment counts as UTC.
func (t moment) millis() Time {
	seconds := int64(t.hour*3600 + t.minute*60 + t.second - t.offset)
	return Time{(daysSince1970(t.year, t.month, t.day)*86400+seconds)*1000 + int64(t.us/1000), true}
}

// daysSince1970 counts the days of the Gregorian calendar. Years start in
// March here, so that the leap day is their last.
func daysSince1970(year, month, day int) int64 {
	if month < 3 {
		year--
		month += 12
	}
	y := int64(year)
	return 365*y + y/4 - y/100 + y/400 + int64((153*(month-3)+2)/5+day) - 719469
}

func (t moment) validDate() bool {
	return t.year >= 1 && t.year <= 9999 && t.month >= 1 && t.month <= 12 &&
		t.day >= 1 && t.day <= daysIn(t.year, t.month)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func (t moment) validTimeOfDay() bool {
	return 0 <= t.hour && t.hour < 24 && 0 <= t.minute && t.minute < 60 &&
		0 <= t.second && t.second < 60 && 0 <= t.us && t.us < 1e6
}

// append appends the moment in the form of RFC 3339, with six digits of
// fraction unless they are zero. A naive moment gets Z.
func (t moment) append(dst []byte) []byte {
	dst = append(t.appendDate(dst), 'T')
	t.aware = true
	return t.appendTimeOfDay(dst)
}

func (t moment) appendDate(dst []byte) []byte {
	dst = append(appendPadded(dst, t.year, 4), '-')
	dst = append(appendPadded(dst, t.month, 2), '-')
	return appendPadded(dst, t.day, 2)
}

func (t moment) appendTimeOfDay(dst []byte) []byte {
	dst = append(appendPadded(dst, t.hour, 2), ':')
	dst = append(appendPadded(dst, t.minute, 2), ':')
	dst = appendPadded(dst, t.second, 2)
	if t.us != 0 {
		dst = appendPadded(append(dst, '.'), t.us, 6)
	}
	switch minutes := t.offset / 60; {
	case !t.aware:
		return dst
	case minutes == 0:
		return append(dst, 'Z')
	case minutes < 0:
		dst = append(dst, '-')
		t.offset = -t.offset
	default:
		dst = append(dst, '+')
	}
	dst = append(appendPadded(dst, t.offset/3600, 2), ':')
	return appendPadded(dst, t.offset/60%60, 2)
}

// parseTime reads a text that is a time as a whole: RFC 3339, also with a blank
// between date and time and without a zone, or an HTTP date (RFC 9110).
func parseTime(b []byte) Time {
	t, n := readISO(b)
	if n == 0 {
		t, n = readHTTPDate(b)
	}
	if n == 0 || n != len(b) {
		return Time{}
	}
	return t.millis()
}

// readISO reads the time of RFC 3339 that b starts with and returns its length,
// 0 where there is none.
func readISO(b []byte) (t moment, n int) {
	const layout = "0000-00-00T00:00:00"
	if len(b) < len(layout) || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return t, 0
	}
	t = moment{
		year: number(b[0:4]), month: number(b[5:7]), day: number(b[8:10]),
		hour: number(b[11:13]), minute: number(b[14:16]), second: number(b[17:19]),
	}
	if !t.validDate() || !t.validTimeOfDay() {
		return t, 0
	}
	n = len(layout)
	if n < len(b) && b[n] == '.' {
		digits := digitsLength(b[n+1:])
		scale := 100000
		for _, c := range b[n+1 : n+1+digits] {
			t.us += int(c-'0') * scale
			scale /= 10
		}
		n += 1 + digits
	}
	zone := b[n:]
	switch {
	case len(zone) == 0:
		return t, n
	case zone[0] == 'Z' || zone[0] == 'z':
		return t, n + 1
	case matches(zone, "+00:00"), matches(zone, "-00:00"):
		t.offset = number(zone[1:3])*3600 + number(zone[4:6])*60
		n += 6
	case matches(zone, "+0000"), matches(zone, "-0000"):
		t.offset = number(zone[1:3])*3600 + number(zone[3:5])*60
		n += 5
	}
	if zone[0] == '-' {
		t.offset = -t.offset
	}
	return t, n
}

// readHTTPDate reads "Fri, 05 Apr 2019 17:35:39 GMT".
func readHTTPDate(b []byte) (t moment, n int) {
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	const layout = "aaa, 00 aaa 0000 00:00:00 GMT"
	if len(b) < len(layout) || b[3] != ',' || !matches(b, layout) {
		return t, 0
	}
	if i := strings.Index(months, string(b[8:11])); i >= 0 && i%3 == 0 {
		t.month = 1 + i/3
	}
	t.day, t.year = number(b[5:7]), number(b[12:16])
	t.hour, t.minute, t.second = number(b[17:19]), number(b[20:22]), number(b[23:25])
	if !t.validDate() || !t.validTimeOfDay() {
		return t, 0
	}
	return t, len(layout)
}

// matches tells whether b starts like layout, in which 0 is any digit and a any
// letter.
func matches(b []byte, layout string) bool {
	if len(b) < len(layout) {
		return false
	}
	for i := range len(layout) {
		switch c := layout[i]; {
		case c == '0' && isDigit(b[i]), c == 'a' && isLetter(b[i]):
		case c != b[i] || c == '0' || c == 'a':
			return false
		}
	}
	return true
}

// number returns what digits say, or -1 where not all are.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		if c -= '0'; c > 9 {
			return -1
		}
		n = 10*n + int(c)
	}
	return n
}
