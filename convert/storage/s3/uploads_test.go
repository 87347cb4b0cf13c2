package s3

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// uploadsPage answers with a page of uploads.
func uploadsPage(truncated bool, markers string, keys ...string) storagetest.Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprintf(w, "<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated>%s", truncated, markers)
		for _, key := range keys {
			fmt.Fprintf(w, "<Upload><Key>%s</Key><UploadId>id</UploadId><Initiated>2026-11-22T10:00:00.000Z</Initiated></Upload>", key)
		}
		fmt.Fprint(w, "</ListMultipartUploadsResult>")
	}
}

// The server knows neither a second page nor encoded keys, so the answers are
// made up, as S3 gives them
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html).
func TestUnpublishedPages(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newPlain(t, proxy.URL)
	proxy.Break(storagetest.ListMultipartUploads, 0, 1,
		uploadsPage(true, "<NextKeyMarker>f/a%2Bb+%25</NextKeyMarker><NextUploadIdMarker>id</NextUploadIdMarker>", "f/%01", "f/a%2Bb+%25"))
	proxy.Break(storagetest.ListMultipartUploads, 0, 1, uploadsPage(false, "", "f/z"))
	var got []string
	for u, err := range s.Unpublished(t.Context(), "s3://b/f", "") {
		if err != nil {
			t.Fatal(err)
		}
		if u.UploadID != "id" || u.Modified.Year() != 2026 {
			t.Errorf("Unpublished has %+v", u)
		}
		got = append(got, u.Name)
	}
	if want := []string{"s3://b/f/\x01", "s3://b/f/a+b %", "s3://b/f/z"}; !slices.Equal(got, want) {
		t.Errorf("Unpublished = %q; want %q", got, want)
	}
	for i, want := range []string{"", "f/a+b %"} {
		q := proxy.Seen(storagetest.ListMultipartUploads)[i].Query
		if q.Get("prefix") != "f/" || q.Get("key-marker") != want || q.Has("upload-id-marker") != (want != "") {
			t.Errorf("request %d asks for %v; want key marker %q", i, q, want)
		}
	}
}

// A store that refuses the markers which it gives is asked twice for a page, but not for
// every page. One refusal says nothing of the next marker.
func TestUnpublishedRefusedMarkers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		refuses  func(marker int) bool // counted from 1
		requests int                   // for six pages
	}{
		{"all", func(int) bool { return true }, 6 + 2},
		{"each second", func(marker int) bool { return marker%2 == 1 }, 6 + 3},
		{"none", func(int) bool { return false }, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newPlain(t, proxy.URL)
			pages, markers := 0, 0
			proxy.Break(storagetest.ListMultipartUploads, 0, 100, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.URL.Query().Has("upload-id-marker") {
					if markers++; tt.refuses(markers) {
						w.WriteHeader(http.StatusBadRequest)
						fmt.Fprint(w, "<Error><Code>InvalidArgument</Code><Message>no such marker</Message></Error>")
						return
					}
				}
				pages++
				key := fmt.Sprintf("f/%d", pages)
				uploadsPage(pages < 6, "<NextKeyMarker>"+key+"</NextKeyMarker><NextUploadIdMarker>id</NextUploadIdMarker>", key)(w, r, next)
			})
			n := 0
			for u, err := range s.Unpublished(t.Context(), "s3://b/f", "") {
				if n++; err != nil || u.Name != fmt.Sprintf("s3://b/f/%d", n) {
					t.Fatalf("upload %d is %q, %v", n, u.Name, err)
				}
			}
			if requests := len(proxy.Seen(storagetest.ListMultipartUploads)); n != 6 || requests != tt.requests {
				t.Errorf("%d uploads by %d requests; want 6 by %d", n, requests, tt.requests)
			}
		})
	}
}
