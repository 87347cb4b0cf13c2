package scan

// Moment is a date and time of day as written, and what the zone says.
type Moment struct {
	Year, Month, Day             int
	Hour, Minute, Second, Micros int
	Offset                       int  // seconds east of UTC
	Aware                        bool // whether a zone stands there
}

// Millis returns the moment in milliseconds since 1970 UTC, truncated. A naive moment
// counts as UTC.
func (t Moment) Millis() int64 {
	seconds := int64(t.Hour*3600 + t.Minute*60 + t.Second - t.Offset)
	return (daysSince1970(t.Year, t.Month, t.Day)*86400+seconds)*1000 + int64(t.Micros/1000)
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

// ValidDate reports whether the Gregorian calendar has the date, of years of four digits.
func (t Moment) ValidDate() bool {
	return t.Year >= 1 && t.Year <= 9999 && t.Month >= 1 && t.Month <= 12 &&
		t.Day >= 1 && t.Day <= daysIn(t.Year, t.Month)
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

// ValidTimeOfDay reports whether a day without leap seconds has the time.
func (t Moment) ValidTimeOfDay() bool {
	return 0 <= t.Hour && t.Hour < 24 && 0 <= t.Minute && t.Minute < 60 &&
		0 <= t.Second && t.Second < 60 && 0 <= t.Micros && t.Micros < 1e6
}

// Append appends the moment in the form of RFC 3339, with six digits of
// fraction unless they are zero. A naive moment gets Z.
func (t Moment) Append(dst []byte) []byte {
	dst = append(t.AppendDate(dst), 'T')
	t.Aware = true
	return t.AppendTimeOfDay(dst)
}

// AppendDate appends the date as RFC 3339 has it.
func (t Moment) AppendDate(dst []byte) []byte {
	dst = append(AppendPadded(dst, t.Year, 4), '-')
	dst = append(AppendPadded(dst, t.Month, 2), '-')
	return AppendPadded(dst, t.Day, 2)
}

// AppendTimeOfDay appends the time of day, and the zone where there is one.
func (t Moment) AppendTimeOfDay(dst []byte) []byte {
	dst = append(AppendPadded(dst, t.Hour, 2), ':')
	dst = append(AppendPadded(dst, t.Minute, 2), ':')
	dst = AppendPadded(dst, t.Second, 2)
	if t.Micros != 0 {
		dst = AppendPadded(append(dst, '.'), t.Micros, 6)
	}
	switch minutes := t.Offset / 60; {
	case !t.Aware:
		return dst
	case minutes == 0:
		return append(dst, 'Z')
	case minutes < 0:
		dst = append(dst, '-')
		t.Offset = -t.Offset
	default:
		dst = append(dst, '+')
	}
	dst = append(AppendPadded(dst, t.Offset/3600, 2), ':')
	return AppendPadded(dst, t.Offset/60%60, 2)
}

// Millis reads a text that is a time as a whole: RFC 3339, also with a blank between
// date and time and without a zone, or an HTTP date (RFC 9110). It returns
// milliseconds since 1970 UTC.
func Millis(b []byte) (ms int64, ok bool) {
	t, n := ISO(b)
	if n == 0 {
		t, n = HTTPDate(b)
	}
	if n == 0 || n != len(b) {
		return 0, false
	}
	return t.Millis(), true
}

// ISO reads the time of RFC 3339 that b starts with and returns its length,
// 0 where there is none.
func ISO(b []byte) (t Moment, n int) {
	const layout = "0000-00-00T00:00:00"
	if len(b) < len(layout) || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return t, 0
	}
	t = Moment{
		Year: number(b[0:4]), Month: number(b[5:7]), Day: number(b[8:10]),
		Hour: number(b[11:13]), Minute: number(b[14:16]), Second: number(b[17:19]),
	}
	if !t.ValidDate() || !t.ValidTimeOfDay() {
		return t, 0
	}
	n = len(layout)
	if n < len(b) && b[n] == '.' {
		digits := Digits(b[n+1:])
		scale := 100000
		for _, c := range b[n+1 : n+1+digits] {
			t.Micros += int(c-'0') * scale
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
	case Matches(zone, "+00:00"), Matches(zone, "-00:00"):
		t.Offset = number(zone[1:3])*3600 + number(zone[4:6])*60
		n += 6
	case Matches(zone, "+0000"), Matches(zone, "-0000"):
		t.Offset = number(zone[1:3])*3600 + number(zone[3:5])*60
		n += 5
	}
	if zone[0] == '-' {
		t.Offset = -t.Offset
	}
	return t, n
}

// HTTPDate reads the date that b starts with, "Fri, 05 Apr 2019 17:35:39 GMT", and returns
// its length, 0 where there is none.
func HTTPDate(b []byte) (t Moment, n int) {
	const layout = "aaa, 00 aaa 0000 00:00:00 GMT"
	if len(b) < len(layout) || b[3] != ',' || b[4] != ' ' || b[7] != ' ' || b[11] != ' ' || b[16] != ' ' || b[19] != ':' || b[22] != ':' ||
		string(b[25:29]) != " GMT" || !IsLetter(b[0]) || !IsLetter(b[1]) || !IsLetter(b[2]) {
		return t, 0
	}
	t = Moment{
		Year: number(b[12:16]), Month: month(b[8:11]), Day: number(b[5:7]),
		Hour: number(b[17:19]), Minute: number(b[20:22]), Second: number(b[23:25]),
	}
	if !t.ValidDate() || !t.ValidTimeOfDay() {
		return t, 0
	}
	return t, len(layout)
}

// month returns the number of a month, 0 where name is none.
func month(name []byte) int {
	switch string(name) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// Matches reports whether b starts like layout, in which 0 is any digit and a any
// letter.
func Matches(b []byte, layout string) bool {
	if len(b) < len(layout) {
		return false
	}
	for i := range len(layout) {
		switch c := layout[i]; {
		case c == '0' && IsDigit(b[i]), c == 'a' && IsLetter(b[i]):
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
