package values

import (
	"errors"
	"fmt"
	"strings"

	"batchreport/schema"
)

// Extract accepts the description of a column, and adds the column to those there.
func Extract(to *[]schema.Extract) func(string) error {
	return func(text string) error {
		e, err := schema.ParseExtract(text)
		if err == nil {
			*to = append(*to, e)
		}
		return err
	}
}

// Names accepts names separated by commas, and adds them to those there; the word
// none drops those instead.
func Names(to *[]string) func(string) error {
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

// Columns accepts names of columns separated by commas, and adds them to those there;
// the word none drops those instead.
func Columns(to *[]schema.Column, among []schema.Column) func(string) error {
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

// PartitionColumns is Columns for those that a table can be partitioned by.
func PartitionColumns(to *[]schema.Column, among []schema.Column) func(string) error {
	set := Columns(to, among)
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
			can = Listed(none.Among)
		}
		return fmt.Errorf("%s cannot partition this table, but %s can", none.Name, can)
	}
}
