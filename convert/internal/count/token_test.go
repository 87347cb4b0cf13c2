package count

import (
	"reflect"
	"testing"
)

// TestFindTokens: a token is where its label is, whole, and of a form that is always taken
// for the same.
func TestFindTokens(t *testing.T) {
	t.Parallel()
	const lambda = "Lambda returned function error: "
	for msg, want := range map[string]string{
		"x (Service: S3, Status Code: 403, Request ID: 255PE4D1KA78BMFV, Extended Request ID: aaaaaaaaaaaaaaaaaaaa=)": "255PE4D1KA78BMFV aaaaaaaaaaaaaaaaaaaa= ",
		"Request ID: 255PE4D1KA78BMF": "", "Request ID: 255pE4D1KA78BMFV": "", "Request ID: ": "", "ID: 255PE4D1KA78BMFV": "",
		lambda + `{"errorMessage":"2023-03-02T22:49:15.147Z 1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4 Task"}`:                                         "2023-03-02T22:49:15.147Z 1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4 ",
		lambda + `{"errorMessage":"2023-02-30T22:49:15.147Z 1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4 Task"}`:                                         "",
		lambda + `{"errorMessage":"2023-02-20T24:49:15.147Z"}`:                                                                                   "",
		lambda + `{"errorMessage":"x","requestId":"1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4","stackTrace":["f, line 57, in g, line 5799, line 9x"]}`: "1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4 57 ",
		lambda + `{"errorMessage":"x","requestId":"1fc4f79b-606a-4f8a-bbcb-3852e19ca7b4a"}`:                                                      "",
	} {
		tokens := findTokens(nil, []byte(msg))
		got := ""
		for _, token := range tokens {
			got += msg[token.start:token.end] + " "
		}
		if got != want {
			t.Errorf("%s: found %s, want %s", msg, got, want)
		}
		other := withOtherTokens(nil, []byte(msg), tokens)
		if again := findTokens(nil, other); !reflect.DeepEqual(again, tokens) {
			// An id may have other bytes than those of its kind in the message that is tried.
			t.Logf("%s: found %v, want %v", other, again, tokens)
		}
	}
}
