// Package values reads the values of flags, and of the variables that stand for flags: those
// of the command batchreport, and those of the function batchreport-lambda, which so take the
// same texts. Each of its functions that accept something returns what sets a variable from
// a text, as pflag.FlagSet.Func takes it.
package values

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"batchreport/convert/storage"
	"batchreport/schema"
)

// OneOf accepts one of the given words.
func OneOf[T ~string](to *T, words ...T) func(string) error {
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

// Listed returns words, of which there are two at least, as a sentence lists them.
func Listed[T ~string](words []T) string {
	all := texts(words)
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " or " + all[last]
}

// Word accepts any word. The options that it belongs to are validated later.
func Word[T ~string](to *T) func(string) error {
	return func(text string) error {
		*to = T(text)
		return nil
	}
}

// LocalPath accepts a local path for that role.
func LocalPath(role string, to *string) func(string) (err error) {
	return func(text string) (err error) {
		*to, err = storage.ParsePath(role, text)
		return err
	}
}

// Size accepts a number of bytes from 1, such as 1048576, 1MiB or 1MB.
func Size[T int | int64](to *T) func(string) error {
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

// Count accepts a number from 1.
func Count(to *int) func(string) error {
	return NumberFrom(1, to)
}

// NumberFrom accepts a whole number that is not below least.
func NumberFrom(least int, to *int) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least {
			return fmt.Errorf("not a number from %d", least)
		}
		*to = n
		return nil
	}
}

// UpTo accepts a number from 1 to most.
func UpTo(most int, to *int) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > most {
			return fmt.Errorf("not a number from 1 to %d", most)
		}
		*to = n
		return nil
	}
}

// AnyText accepts a text and adds it to those there.
func AnyText(to *[]string) func(string) error {
	return func(text string) error {
		if text == "" {
			return errors.New("it is empty")
		}
		*to = append(*to, text)
		return nil
	}
}

// Day is the length of a day.
const Day = 24 * time.Hour

// Age accepts a time span that is not negative, such as 36h, 7d or 2w.
func Age(to *time.Duration) func(string) error {
	return func(text string) error {
		d, err := time.ParseDuration(text)
		for unit, length := range map[string]time.Duration{"d": Day, "w": 7 * Day} {
			if number, ok := strings.CutSuffix(text, unit); ok {
				var n int64
				n, err = strconv.ParseInt(number, 10, 64)
				if n > int64(math.MaxInt64/length) {
					err = errors.New("too long")
				}
				d = time.Duration(n) * length
			}
		}
		if err != nil || d < 0 {
			return errors.New("not an age such as 36h, 7d or 2w")
		}
		*to = d
		return nil
	}
}
