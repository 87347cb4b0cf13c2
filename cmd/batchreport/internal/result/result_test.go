package result

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// TestFailed checks the members of a result that has nothing but errors: each is told once, and
// hints stand beside their errors or are missing altogether.
func TestFailed(t *testing.T) {
	t.Parallel()
	a, b := errors.New("a"), errors.New("b")
	explain := func(err error) (message, hint string) {
		if err.Error() == "b" {
			hint = "do b"
		}
		return "it is " + err.Error(), hint
	}
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, `"destination":"DEST"}`},
		{"no hint", errors.Join(a, a), `"destination":"DEST","errors":["it is a"]}`},
		{"a hint", errors.Join(a, b, a), `"destination":"DEST","errors":["it is a","it is b"],"hints":["","do b"]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object, err := json.Marshal(Failed{NewHeader("weigh", "DEST"), NewProblems(test.err, explain)})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(object), `{"batchreport_result":1,"command":"weigh","program":"batchreport version `) || !strings.HasSuffix(string(object), test.want) {
				t.Errorf("got %s", object)
			}
		})
	}
}
