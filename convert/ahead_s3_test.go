package convert

import (
	"fmt"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/storagetest"
)

// manyFiles stores a report of many small files and a large one in the middle.
func (r *s3Report) manyFiles(t *testing.T, files int) *s3Report {
	t.Helper()
	g, folder := reporttest.NewGenerator(2), t.Name()
	var results []reporttest.File
	for range files {
		results = append(results, g.File(reporttest.StatusSucceeded, 1000))
	}
	results[files/2] = g.File(reporttest.StatusFailed, 5<<20)
	for name, data := range reporttest.ReportFiles(t, folder+"/", reporttest.JobA, results...) {
		if err := r.store.Put(t.Context(), "s3://"+r.server.Bucket+"/"+name, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	return &s3Report{server: r.server, store: r.store, source: "s3://" + r.server.Bucket + "/" + folder}
}

// Files are asked for together, so that each does not cost the time of an answer.
func TestS3FilesAtOnce(t *testing.T) {
	const openAhead = 16 // files, as package reading has it
	shared := startS3(t)
	r := shared.manyFiles(t, 2*openAhead)
	const before = 3 // the manifest, its MD5 and the commit record are read first
	proxy := r.server.NewProxy(t)
	proxy.Break(storagetest.GetObject, before, openAhead, storagetest.Together(openAhead))
	if err := r.convert(t, r.open(t, proxy), r.dest(t), Options{Run: Run{Workers: 2}}); err != nil {
		t.Fatal(err)
	}
	if n := proxy.Broken(storagetest.GetObject); n != openAhead {
		t.Errorf("%d requests waited; want %d", n, openAhead)
	}
}

// Reading ahead changes nothing of what is read, whatever breaks.
func TestS3Ahead(t *testing.T) {
	shared := startS3(t)
	r := shared.manyFiles(t, 60)
	o := Options{Run: Run{Workers: 2}}
	want := r.clean(t, r.dest(t)+"/want", o)
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			proxy, dest := r.server.NewProxy(t), r.dest(t)
			proxy.BreakSome(storagetest.GetObject, 0.05*float64(seed+1), seed, storagetest.Cut(700))
			if err := r.convert(t, r.open(t, proxy), dest, o); err != nil {
				t.Fatal(err)
			}
			if proxy.Broken(storagetest.GetObject) == 0 {
				t.Error("nothing broke")
			}
			storagetest.CompareTrees(t, r.tree(t, dest), want)
		})
	}
}
