package schema

import (
	"bytes"
	"errors"
	"testing"
)

func TestSplitRow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		row  string
		want []string
		err  error
	}{
		{"a,b", []string{"a", "b"}, nil},
		{"", []string{""}, nil},
		{",", []string{"", ""}, nil},
		{`"a","b"`, []string{"a", "b"}, nil},
		{`"a""b",`, []string{`a"b`, ""}, nil},
		{`"",""`, []string{"", ""}, nil},
		{"\"a\r\n,b\",c", []string{"a\r\n,b", "c"}, nil},
		{`a"b,c`, []string{`a"b`, "c"}, nil},
		{`"a`, nil, errOpenQuote},
		{`"a""`, nil, errOpenQuote},
		{`"a"b,c`, nil, errRowQuote},
	} {
		got, err := SplitRow(nil, []byte(tt.row))
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, not %v", tt.row, err, tt.err)
			continue
		}
		for i := range tt.want {
			if err == nil && (len(got) != len(tt.want) || string(got[i]) != tt.want[i]) {
				t.Errorf("%s: %q", tt.row, got)
				break
			}
		}
	}
}

// FuzzManifestRow checks that what is written as a row is read back, and that no row
// makes SplitRow panic.
func FuzzManifestRow(f *testing.F) {
	f.Add([]byte("photos"), []byte(`a"b,c`), []byte("v"))
	f.Add([]byte(""), []byte("\r\n"), []byte(`""`))
	f.Fuzz(func(t *testing.T, bucket, key, version []byte) {
		row := AppendManifestRow(nil, bucket, key, version)
		if row[len(row)-1] != '\n' {
			t.Fatalf("%q has no end", row)
		}
		want := [][]byte{bucket, key}
		if version != nil {
			want = append(want, version)
		}
		got, err := SplitRow(nil, bytes.Clone(row[:len(row)-1]))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%q: %q, %v", row, got, err)
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("%q: %q", row, got)
			}
		}
		_, _ = SplitRow(nil, bytes.Clone(key)) // of any bytes
		if o := SplitObject(AppendObject(nil, bucket, key, version)); !bytes.Equal(o.Bucket, bucket) || !bytes.Equal(o.Key, key) || !bytes.Equal(o.Version, version) {
			t.Errorf("%q %q %q: %q", bucket, key, version, o)
		}
		SplitObject(key)
	})
}
