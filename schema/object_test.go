package schema

import (
	"bytes"
	"cmp"
	"slices"
	"testing"
)

func TestObject(t *testing.T) {
	t.Parallel()
	texts := [][]byte{{}, {0}, {0, 0}, {0, 1}, {1}, []byte("a"), []byte("a\x00"), []byte("a\x00b"), []byte("a\x01"), []byte("ab"), {0xff}}
	var objects []Object
	for _, bucket := range texts {
		for _, key := range texts {
			for _, version := range append(texts, nil) {
				objects = append(objects, Object{bucket, key, version})
			}
		}
	}
	id := func(o Object) []byte { return AppendObject(nil, o.Bucket, o.Key, o.Version) }
	order := func(a, b Object) int {
		none := 0
		if (a.Version == nil) != (b.Version == nil) {
			none = 1
			if a.Version == nil {
				none = -1
			}
		}
		return cmp.Or(bytes.Compare(a.Bucket, b.Bucket), bytes.Compare(a.Key, b.Key), none, bytes.Compare(a.Version, b.Version))
	}
	slices.SortFunc(objects, order)
	for i, o := range objects {
		got := SplitObject(id(o))
		if !bytes.Equal(got.Bucket, o.Bucket) || !bytes.Equal(got.Key, o.Key) || !bytes.Equal(got.Version, o.Version) || (got.Version == nil) != (o.Version == nil) {
			t.Errorf("%q is taken apart as %q", o, got)
		}
		if i > 0 && bytes.Compare(id(objects[i-1]), id(o)) >= 0 {
			t.Errorf("%q does not come before %q", objects[i-1], o)
		}
	}
	for _, broken := range []string{"", "a", "a\x00", "a\x00\x00", "a\x00\x00b\x00"} {
		SplitObject([]byte(broken)) // does not panic
	}
}
