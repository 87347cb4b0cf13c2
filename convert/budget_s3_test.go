package convert

import (
	"maps"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage/storagetest"
)

// TestS3Requests counts what a job of three tasks, with a result file and a part
// each, and rejects in one of them, costs in requests: S3 bills each, and each
// takes its time. Whoever changes a number says why.
//
// A result file is a GET for each 2 MiB, which these stay below: S3 sends one
// answer no faster than 90 MB/s, so that larger files are asked for in pieces.
//
// At AWS there are fewer: a completion is answered with the checksum of the whole
// object, so that the four HEAD of parts are not sent.
func TestS3Requests(t *testing.T) {
	r := startS3(t).with(t, "three", reporttest.StatusFailed, reporttest.StatusSucceeded, reporttest.StatusFailed)
	dest := r.dest(t)
	first := map[storagetest.Kind]int{
		storagetest.ListObjects:             7,  // the source, its results, what is pending: before and after; the other jobs there, before the work, before the claim and after it: of which layout they are, and whether they have the same files
		storagetest.HeadObject:              6,  // is the source an object? each part once completed; is the record still ours, before what is left is dropped?
		storagetest.GetObject:               11, // the manifest, its MD5, the commit record, 3 result files; what refused the 2 conditions tried; per task the note of its uploads
		storagetest.PutObject:               15, // per task a sign of life and a result; one more to try 2 conditions on; claim and record; a note for each upload
		storagetest.CreateMultipartUpload:   4,  // 3 parts, 1 file of rejects
		storagetest.UploadPart:              4,
		storagetest.CompleteMultipartUpload: 4,
		storagetest.ListMultipartUploads:    1, // is anything left?
		storagetest.DeleteObjects:           1, // the tasks' results and notes
		storagetest.DeleteObject:            1, // the sign of life
	}
	replacing := maps.Clone(first)
	replacing[storagetest.PutObject]++     // the record once more, when nothing is left to delete
	replacing[storagetest.DeleteObjects]++ // the old parts and rejects
	replacing[storagetest.HeadObject]++    // is the record still ours, before these?
	runs := []struct {
		name    string
		options Options
		want    map[storagetest.Kind]int
	}{
		{"first", s3Options, first},
		{"unchanged", s3Options, map[storagetest.Kind]int{
			storagetest.ListObjects: 6, // the source, its results, what is pending; are the job's parts there, and its rejects? who else may have the files?
			storagetest.HeadObject:  1,
			storagetest.GetObject:   3, // the manifest, its MD5, the commit record

			storagetest.ListMultipartUploads: 1, // has a twin of the run left anything?
		}},
		{"replacing", olderOptions(), replacing},
	}
	for _, run := range runs {
		t.Run(run.name, func(t *testing.T) {
			proxy := r.server.NewProxy(t)
			if err := r.convert(t, r.open(t, proxy), dest, run.options); err != nil {
				t.Fatal(err)
			}
			got := map[storagetest.Kind]int{}
			for _, kind := range proxy.Kinds() {
				got[kind] = proxy.Count(kind)
			}
			if !maps.Equal(got, run.want) {
				t.Errorf("requests are\n %v; want\n %v", got, run.want)
			}
		})
	}
}
