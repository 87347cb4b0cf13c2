package schema

// Int is an integer that may be absent.
type Int struct {
	Value int32
	Valid bool
}

// Float is a number that may be absent.
type Float struct {
	Value float64
	Valid bool
}

// Time is a point in time in milliseconds since 1970 UTC, truncated, that may be absent.
type Time struct {
	Millis int64
	Valid  bool
}

// Micros returns the time in microseconds, as a timestamp column has it.
func (t Time) Micros() int64 { return t.Millis * 1000 }

// TimeOf returns the time that a timestamp column has, in microseconds.
func TimeOf(micros int64) Time { return Time{Millis: micros / 1000, Valid: true} }
