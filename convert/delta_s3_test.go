package convert

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/delta"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
)

// loggedS3 returns the files that the log of a table lists, and fails where one is not there.
func (r *s3Report) loggedS3(t *testing.T, dest string) map[string]int64 {
	t.Helper()
	l := &delta.Log{Store: r.store, Folder: dest}
	s, err := l.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int64{}
	if !s.Exists() {
		return files
	}
	err = l.Files(t.Context(), s, func(f delta.File) error {
		files[f.Name] = f.Bytes
		info, err := r.store.Stat(t.Context(), storage.Join(dest, f.Name))
		if err == nil && info.Size != f.Bytes {
			err = fmt.Errorf("%s has %d bytes, the log says %d", f.Name, info.Size, f.Bytes)
		}
		return err
	})
	if err != nil {
		t.Errorf("what the log lists is not there: %v", err)
	}
	return files
}

// partsOf returns the parts of the table's records, with their sizes.
func (r *s3Report) partsOf(t *testing.T, dest string) map[string]int64 {
	t.Helper()
	records, err := ledger.ReadRecords(t.Context(), r.store, dest)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]int64{}
	for _, record := range records {
		for _, p := range record.Outputs {
			files[p.Name] = p.Bytes
		}
	}
	return files
}

// TestS3DeltaFaults is TestS3Faults for a table with a log: whatever happens to a request of a run
// that replaces the table, the log lists the one table or the other, and all of it is there; and
// the same run again makes log and record say the same.
func TestS3DeltaFaults(t *testing.T) {
	r := startS3(t)
	from, to := deltaA, deltaB
	from.TaskSize, to.TaskSize = 1, 1
	convert := func(t *testing.T, store storage.Store, dest string, o Options) {
		t.Helper()
		if err := r.convert(t, store, dest, o); err != nil {
			t.Fatal(err)
		}
	}
	proxy, dest := r.server.NewProxy(t), r.dest(t)+"/undisturbed"
	convert(t, r.store, dest, from)
	old, before := r.loggedS3(t, dest), r.tree(t, dest)
	convert(t, r.open(t, proxy), dest, to)
	now := r.loggedS3(t, dest)
	if len(old) == 0 || len(now) == 0 || !maps.Equal(now, r.partsOf(t, dest)) {
		t.Fatalf("the log lists %v, then %v", old, now)
	}
	for row, kind := range proxy.Kinds() {
		n := proxy.Count(kind)
		positions := slices.Compact([]int{0, n / 2, n - 1})
		for i, f := range s3Faults(proxy) {
			for j, skip := range positions {
				if !f.hits(kind) || !soak && (i+row+j)%7 != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%d of %d", kind, f.name, skip+1, n), func(t *testing.T) {
					t.Parallel()
					dest := r.dest(t)
					r.put(t, dest, before)
					proxy := r.server.NewProxy(t)
					f := s3Faults(proxy)[i]
					proxy.Break(kind, skip, f.times, f.do)
					err := r.convert(t, r.open(t, proxy), dest, to)
					if f.heals && err != nil {
						t.Errorf("a fault that can be overcome was not: %v", err)
					}
					got := r.loggedS3(t, dest)
					if !maps.Equal(got, old) && !maps.Equal(got, now) || err == nil && !maps.Equal(got, now) {
						t.Errorf("after %v the log lists %v", err, got)
					}
					convert(t, r.store, dest, to)
					if got := r.loggedS3(t, dest); !maps.Equal(got, now) || !maps.Equal(got, r.partsOf(t, dest)) {
						t.Errorf("at the end the log lists %v", got)
					}
				})
			}
		}
	}
}

// What a log costs a job that replaces its table, beside what the commit costs without one.
func TestS3DeltaBudget(t *testing.T) {
	r := startS3(t)
	counts := map[bool]map[storagetest.Kind]int{}
	for _, logged := range []bool{false, true} {
		dest := fmt.Sprint(r.dest(t), logged)
		from, to := deltaA, deltaB
		from.Delta, to.Delta = logged, false
		if err := r.convert(t, r.store, dest, from); err != nil {
			t.Fatal(err)
		}
		proxy := r.server.NewProxy(t)
		if err := r.convert(t, r.open(t, proxy), dest, to); err != nil {
			t.Fatal(err)
		}
		counts[logged] = map[storagetest.Kind]int{}
		for _, kind := range proxy.Kinds() {
			counts[logged][kind] = proxy.Count(kind)
		}
	}
	more := 0
	for kind, n := range counts[true] {
		more += n - counts[false][kind]
	}
	t.Logf("without a log %v, with one %v", counts[false], counts[true])
	// The list, two versions, the next one twice, the register once more, and the new version; less what
	// is not deleted.
	if lists := counts[true][storagetest.ListObjects] - counts[false][storagetest.ListObjects]; more > 8 || lists > 1 {
		t.Errorf("the log costs %d requests, %d of them to list", more, lists)
	}
}

// A store that takes conditions and ignores them gets no log.
func TestS3DeltaIgnored(t *testing.T) {
	r := startS3(t)
	dest := r.dest(t)
	plain := deltaA
	plain.Delta = false
	if err := r.convert(t, r.store, dest, plain); err != nil {
		t.Fatal(err)
	}
	before := r.tree(t, dest)
	proxy := r.server.NewProxy(t)
	proxy.Break(storagetest.PutObject, 0, -1, proxy.Strip("If-None-Match"))
	_, err := BeginLog(t.Context(), r.open(t, proxy), dest, "1", Change{})
	if err == nil || !strings.Contains(err.Error(), "does not honour conditional writes") {
		t.Errorf("error %v", err)
	}
	storagetest.CompareTrees(t, r.tree(t, dest), before)
}
