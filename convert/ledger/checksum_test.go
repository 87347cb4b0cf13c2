package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// Every change of a byte shows, also one that JSON does not care about.
func TestChecksum(t *testing.T) {
	t.Parallel()
	object, err := json.MarshalIndent(map[string]any{"name": "value", "number": 1}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	summed := withChecksum(object)
	if err := checkChecksum(summed); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(summed, &got); err != nil || got["name"] != "value" || len(got) != 3 {
		t.Errorf("%s is %v, %v", summed, got, err)
	}
	for i := range summed {
		for bit := range 8 {
			changed := bytes.Clone(summed)
			changed[i] ^= 1 << bit
			if checkChecksum(changed) == nil {
				t.Errorf("byte %d changed to %q is not noticed", i, changed[i])
			}
		}
		if checkChecksum(summed[:i]) == nil {
			t.Errorf("cut at byte %d is not noticed", i)
		}
	}
	if checkChecksum(append(summed, ' ')) == nil {
		t.Error("a byte more is not noticed")
	}
	for _, s := range []string{"", "{}", checksumStart, fmt.Sprintf("%s%q", checksumStart, "")} {
		if checkChecksum([]byte(s)) == nil {
			t.Errorf("%q has a checksum", s)
		}
	}
}
