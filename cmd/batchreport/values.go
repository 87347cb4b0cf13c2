package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// Each function below returns what sets a variable from the text of its flag.

// oneOf accepts one of the given words.
func oneOf[T ~string](to *T, words ...T) func(string) error {
	return func(text string) error {
		if !slices.Contains(words, T(text)) {
			return fmt.Errorf("%q is none of %s%s", text, strings.Join(texts(words), ", "), schema.DidYouMean(text, texts(words)...))
		}
		*to = T(text)
		return nil
	}
}

// texts returns words as strings.
func texts[T ~string](words []T) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return all
}

// listed returns words as a sentence lists them.
func listed[T ~string](words []T) string {
	all := texts(words)
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " or " + all[last]
}

// word accepts any word. The options that it belongs to are validated later.
func word[T ~string](to *T) func(string) error {
	return func(text string) error {
		*to = T(text)
		return nil
	}
}

// localPath accepts a local path for that role.
func localPath(role string, to *string) func(string) (err error) {
	return func(text string) (err error) {
		*to, err = storage.ParsePath(role, text)
		return err
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

// count accepts a number from 1.
func count(to *int) func(string) error {
	return numberFrom(1, to)
}

// numberFrom accepts a whole number that is not below least.
func numberFrom(least int, to *int) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least {
			return fmt.Errorf("not a number from %d", least)
		}
		*to = n
		return nil
	}
}

// extract accepts the description of a column, and adds the column to those there.
func extract(to *[]schema.Extract) func(string) error {
	return func(text string) error {
		e, err := schema.ParseExtract(text)
		if err == nil {
			*to = append(*to, e)
		}
		return err
	}
}

// columnNames accepts names separated by commas, and adds them to those there; the word
// none drops those instead.
func columnNames(to *[]string) func(string) error {
	return func(text string) error {
		if text == "none" {
			*to = []string{} // which is none, as nil is not where there is a default
			return nil
		}
		for name := range strings.SplitSeq(text, ",") {
			*to = append(*to, strings.TrimSpace(name))
		}
		return nil
	}
}

// columns accepts names of columns separated by commas, and adds them to those there;
// the word none drops those instead.
func columns(to *[]schema.Column, among []schema.Column) func(string) error {
	return func(text string) error {
		if *to == nil || text == "none" {
			*to = []schema.Column{} // which is none, as nil is not
		}
		if text == "none" {
			return nil
		}
		for name := range strings.SplitSeq(text, ",") {
			c, err := schema.ParseColumn(strings.TrimSpace(name), among)
			if err != nil {
				return err
			}
			*to = append(*to, c)
		}
		return nil
	}
}

// partitionColumns is columns for those that a table can be partitioned by.
func partitionColumns(to *[]schema.Column, among []schema.Column) func(string) error {
	set := columns(to, among)
	return func(text string) error {
		err := set(text)
		none := (*schema.ColumnError)(nil)
		if !errors.As(err, &none) {
			return err
		}
		known := append(append(schema.AllColumns(), schema.OutcomeColumns()...), schema.ReportDate)
		if _, other := schema.ParseColumn(none.Name, known); other != nil {
			return err
		}
		can := none.Among[0]
		if len(none.Among) > 1 {
			can = listed(none.Among)
		}
		return fmt.Errorf("%s cannot partition this table, but %s can", none.Name, can)
	}
}
