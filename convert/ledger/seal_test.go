package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// Every change of a byte shows, also one that JSON does not care about.
func TestSeal(t *testing.T) {
	t.Parallel()
	object, err := json.MarshalIndent(map[string]any{"name": "value", "number": 1}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	sealed := seal(object)
	if err := checkSeal(sealed); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(sealed, &got); err != nil || got["name"] != "value" || len(got) != 3 {
		t.Errorf("%s is %v, %v", sealed, got, err)
	}
	for i := range sealed {
		for bit := range 8 {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1 << bit
			if checkSeal(changed) == nil {
				t.Errorf("byte %d changed to %q is not noticed", i, changed[i])
			}
		}
		if checkSeal(sealed[:i]) == nil {
			t.Errorf("cut at byte %d is not noticed", i)
		}
	}
	if checkSeal(append(sealed, ' ')) == nil {
		t.Error("a byte more is not noticed")
	}
	for _, s := range []string{"", "{}", sealStart, fmt.Sprintf("%s%q", sealStart, "")} {
		if checkSeal([]byte(s)) == nil {
			t.Errorf("%q has a checksum", s)
		}
	}
}
