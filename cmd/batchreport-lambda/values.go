package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"batchreport/schema"
)

// Each function below returns what sets a setting from the text of its variable.
// TestSettingsAreFlags compares them with the flags of batchreport convert.

// word accepts any word. The options that it belongs to are validated later.
func word[T ~string](to *T) func(string) error {
	return func(text string) error {
		*to = T(text)
		return nil
	}
}

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

// size accepts a number of bytes such as 1048576, 1MiB, 1MB.
func size[T int | int64](to *T) func(string) error {
	return func(text string) error {
		n, err := humanize.ParseBytes(text)
		switch {
		case err != nil:
			return errors.New("not a size such as 1048576, 1MiB or 1MB")
		case n == 0 || n > math.MaxInt:
			return errors.New("out of range")
		}
		*to = T(n)
		return nil
	}
}

// extract accepts the description of one column, as the variable of the command does.
func extract(to *[]schema.Extract) func(string) error {
	return func(text string) error {
		e, err := schema.ParseExtract(text)
		if err == nil {
			*to = append(*to, e)
		}
		return err
	}
}

// names accepts names separated by commas; the word none is no name.
func names(to *[]string) func(string) error {
	return func(text string) error {
		*to = []string{} // which is none, as nil is not where there is a default
		if text == "none" {
			return nil
		}
		for name := range strings.SplitSeq(text, ",") {
			*to = append(*to, strings.TrimSpace(name))
		}
		return nil
	}
}

// columns accepts names of columns separated by commas; the word none is no name.
func columns(to *[]schema.Column, among []schema.Column) func(string) error {
	return func(text string) error {
		var all []string
		if err := names(&all)(text); err != nil {
			return err
		}
		*to = []schema.Column{}
		for _, name := range all {
			c, err := schema.ParseColumn(name, among)
			if err != nil {
				return err
			}
			*to = append(*to, c)
		}
		return nil
	}
}
