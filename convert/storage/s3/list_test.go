package s3

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"batchreport/convert/storage/storagetest"
)

// listing answers a request for a page of these keys, in their order, as a store does that
// honours start-after or does not.
func listing(keys []string, honours bool) storagetest.Fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		q := r.URL.Query()
		rest := keys
		if token := q.Get("continuation-token"); token != "" {
			n, _ := strconv.Atoi(token)
			rest = keys[n:]
		} else if after := q.Get("start-after"); after != "" && honours {
			rest = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return key <= after })
		}
		most, _ := strconv.Atoi(q.Get("max-keys"))
		page := rest[:min(most, len(rest))]
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprintf(w, "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>%t</IsTruncated>", len(page) < len(rest))
		fmt.Fprintf(w, "<NextContinuationToken>%d</NextContinuationToken>", len(keys)-len(rest)+len(page))
		for _, key := range page {
			fmt.Fprintf(w, "<Contents><Key>%s</Key><Size>1</Size></Contents>", url.QueryEscape(key))
		}
		fmt.Fprint(w, "</ListBucketResult>")
	}
}

// A shallow listing yields each object that is not too deep once, of stores that list in
// byte order, in another order, or from the beginning again, and asks for few pages of what
// is too deep where it can.
func TestListShallowRequests(t *testing.T) {
	t.Parallel()
	const page = storagetest.PageSize
	var sorted, want []string
	add := func(key string, wanted bool) {
		sorted = append(sorted, key)
		if wanted {
			want = append(want, key)
		}
	}
	add("t/_marker", true)
	for job := range 3 {
		add(fmt.Sprintf("t/job-%d/commit.json", job), true)
		for i := range 10 * page {
			add(fmt.Sprintf("t/job-%d/pending/%02d/%04d é", job, i/page, i), false)
		}
		add(fmt.Sprintf("t/job-%d/pending/\U0010FFFFz", job), false)
		add(fmt.Sprintf("t/job-%d/pending0", job), true)
	}
	add("t/z", true)
	slices.Sort(want)
	// Folders before files, as a walk may have them: two pages do not show that.
	deepFirst := slices.Clone(sorted)
	slices.SortStableFunc(deepFirst, func(a, b string) int { return strings.Count(b, "/") - strings.Count(a, "/") })
	reversed := slices.Clone(sorted)
	slices.Reverse(reversed)
	pages := (len(sorted) + page - 1) / page
	for _, tt := range []struct {
		name    string
		keys    []string
		honours bool
		most    int
	}{
		// Two pages to see the order, and for each folder one that begins in front of it.
		{"in order", sorted, true, 2 + 3},
		{"from the beginning again", sorted, false, 2 + pages},
		{"in another order", reversed, true, pages},
		{"folders first, from the beginning again", deepFirst, false, 2 + pages},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := server.NewProxy(t)
			s := newStore(t, proxy.URL, quick, Options{})
			proxy.Break(storagetest.ListObjects, 0, -1, listing(tt.keys, tt.honours))
			var got []string
			for info, err := range s.ListShallow(t.Context(), "s3://b/t", 1) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.TrimPrefix(info.Name, "s3://b/"))
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("listed %q; want %q", got, want)
			}
			if n := proxy.Count(storagetest.ListObjects); n > tt.most {
				t.Errorf("%d requests; want %d at most", n, tt.most)
			}
		})
	}
}

// A store that refuses the key that a page is to start after is asked for the page by its
// token.
func TestListShallowRefused(t *testing.T) {
	t.Parallel()
	proxy := server.NewProxy(t)
	s := newStore(t, proxy.URL, quick, Options{})
	var keys []string
	for i := range 4 * storagetest.PageSize {
		keys = append(keys, fmt.Sprintf("t/job/pending/%04d", i))
	}
	keys = append(keys, "t/job/z")
	answer := listing(keys, true)
	proxy.Break(storagetest.ListObjects, 0, -1, func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		if r.URL.Query().Has("start-after") {
			answer = storagetest.Answer(400, "InvalidArgument")
		}
		answer(w, r, forward)
		answer = listing(keys, true)
	})
	var got []string
	for info, err := range s.ListShallow(t.Context(), "s3://b/t", 1) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, info.Name)
	}
	if want := []string{"s3://b/t/job/z"}; !slices.Equal(got, want) {
		t.Errorf("listed %q; want %q", got, want)
	}
	if n := proxy.Count(storagetest.ListObjects); n != 5+1 {
		t.Errorf("%d requests", n)
	}
}

// A directory bucket lists in an order of its own, of which two pages may look sorted.
func TestSkipping(t *testing.T) {
	t.Parallel()
	for bucket, want := range map[string]bool{"b": true, "b--use1-az4--x-s3": false, "ap--use1-az4--xa-s3": false, "x-s3": true, "logs--x-s3-copy": true} {
		skip := newSkipping("s3://"+bucket+"/t", 1)
		var after string
		for page := range 2 {
			if !skip.leavesOut(fmt.Sprintf("s3://%s/t/job/pending/%d", bucket, page)) {
				t.Error("what is too deep is listed")
			}
			after = skip.endPage()
		}
		if got := after != ""; got != want {
			t.Errorf("%s: folders are skipped: %t", bucket, got)
		}
	}
}
