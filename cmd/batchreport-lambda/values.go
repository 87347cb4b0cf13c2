package main

import (
	"fmt"
	"strconv"
)

// The functions below return what sets a setting from the text of its variable, as those of
// package values do: that has none for what flags of package pflag parse themselves.

// yes accepts true and false, in the words of strconv.ParseBool.
func yes(to *bool) func(string) error {
	return func(text string) (err error) {
		if *to, err = strconv.ParseBool(text); err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		return nil
	}
}

// number accepts a whole number.
func number[T int | int64](to *T) func(string) error {
	return func(text string) error {
		n, err := strconv.ParseInt(text, 10, strconv.IntSize)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*to = T(n)
		return nil
	}
}
