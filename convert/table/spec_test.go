package table

import (
	"slices"
	"strings"
	"testing"

	"batchreport/schema"
)

func TestDefaultBloom(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		spec Spec
		want []string
	}{
		{"nothing said", Spec{}, []string{"key", "request_id"}},
		{"fewer columns", Spec{Columns: []schema.Column{schema.ReportRow, schema.Key}}, []string{"key"}},
		{"neither of them", Spec{Columns: []schema.Column{schema.ReportRow}}, []string{}},
		{"none", Spec{Bloom: []string{}}, []string{}},
		{"another one", Spec{Bloom: []string{"etag"}}, []string{"etag"}},
		{"lines", Spec{Format: NDJSON}, nil},
	} {
		got := tt.spec.WithDefaults()
		if !slices.Equal(got.Bloom, tt.want) || (got.Bloom == nil) != (tt.want == nil) {
			t.Errorf("%s: %#v, want %#v", tt.name, got.Bloom, tt.want)
		}
		if again := got.WithDefaults(); !slices.Equal(again.Bloom, got.Bloom) {
			t.Errorf("%s: then %q", tt.name, again.Bloom)
		}
		if err := tt.spec.Validate(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestAsOf: what a run of version 2 had that was given the same options.
func TestAsOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		spec Spec
		want [][]string // filters
	}{
		{"nothing said", Spec{}, [][]string{{"key", "request_id"}, nil}},
		{"none", Spec{Bloom: []string{}}, [][]string{nil}},
		{"another one", Spec{Bloom: []string{"etag"}}, [][]string{{"etag"}}},
		{"lines", Spec{Format: NDJSON}, [][]string{nil}},
	} {
		var got [][]string
		for _, s := range tt.spec.WithDefaults().AsOf(2) {
			got = append(got, s.Bloom)
		}
		if !slices.EqualFunc(got, tt.want, func(a, b []string) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }) {
			t.Errorf("%s: %#v, want %#v", tt.name, got, tt.want)
		}
		if now := tt.spec.WithDefaults().AsOf(schema.Version); len(now) != 1 || !slices.Equal(now[0].Bloom, tt.spec.WithDefaults().Bloom) {
			t.Errorf("%s: %#v of this version", tt.name, now)
		}
	}
}

// An extract that was not parsed has no type, so that its schema would panic.
func TestValidateExtract(t *testing.T) {
	t.Parallel()
	err := Spec{Extract: []schema.Extract{{Name: "x"}}}.Validate()
	if err == nil || !strings.Contains(err.Error(), `column "x" is not from schema.ParseExtract`) {
		t.Error(err)
	}
}
