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
