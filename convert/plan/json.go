package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A path is bytes, and JSON takes text. So a name that is not UTF-8 stands in a plan
// twice: as it can be shown, and in base64 as it is.

// plainPlan is a plan without its methods.
type plainPlan Plan

// MarshalJSON implements json.Marshaler.
func (p Plan) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		plainPlan
		DestBytes []byte `json:"dest_base64,omitempty"`
	}{plainPlan(p), asBytes(p.Dest)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Plan) UnmarshalJSON(data []byte) error {
	var v struct {
		plainPlan
		DestBytes []byte `json:"dest_base64"`
	}
	err := json.Unmarshal(data, &v)
	if err == nil {
		v.Dest, err = fromBytes("dest", v.Dest, v.DestBytes)
	}
	*p = Plan(v.plainPlan)
	return err
}

// plainHeader is a header without its methods.
type plainHeader Header

// MarshalJSON implements json.Marshaler.
func (h Header) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		plainHeader
		DestBytes []byte `json:"dest_base64,omitempty"`
	}{plainHeader(h), asBytes(h.Dest)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (h *Header) UnmarshalJSON(data []byte) error {
	var v struct {
		plainHeader
		DestBytes []byte `json:"dest_base64"`
	}
	err := json.Unmarshal(data, &v)
	if err == nil {
		v.Dest, err = fromBytes("dest", v.Dest, v.DestBytes)
	}
	*h = Header(v.plainHeader)
	return err
}

// plainFile is a file without its methods.
type plainFile File

// MarshalJSON implements json.Marshaler.
func (f File) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		plainFile
		NameBytes []byte `json:"name_base64,omitempty"`
	}{plainFile(f), asBytes(f.Name)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (f *File) UnmarshalJSON(data []byte) error {
	var v struct {
		plainFile
		NameBytes []byte `json:"name_base64"`
	}
	err := json.Unmarshal(data, &v)
	if err == nil {
		v.Name, err = fromBytes("name", v.Name, v.NameBytes)
	}
	*f = File(v.plainFile)
	return err
}

// marshal is json.Marshal that leaves <, > and & alone: people read the keys, and who
// wants them escaped escapes what this returns.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return b.Bytes(), err
}

// asBytes returns a name that JSON cannot hold, nil for any other.
func asBytes(name string) []byte {
	if utf8.ValidString(name) {
		return nil
	}
	return []byte(name)
}

// fromBytes returns the name that a plan has as text and, where that is not the name,
// as bytes.
func fromBytes(member, text string, name []byte) (string, error) {
	switch {
	case name == nil:
		return text, nil
	case shownName(string(name)) != text:
		return "", fmt.Errorf("%s and %[1]s_base64 are not the same name: one of them was changed", member)
	}
	return string(name), nil
}

// shownName is a name as JSON shows it.
func shownName(name string) string {
	var b strings.Builder
	for _, r := range name { // each byte that is not UTF-8 is one U+FFFD
		b.WriteRune(r)
	}
	return b.String()
}
