package message

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"unicode/utf8"
)

// TestJSONOracle compares with encoding/json on random documents, and on the
// same with a byte changed or their end missing. BATCHREPORT_JSON is their number.
func TestJSONOracle(t *testing.T) {
	t.Parallel()
	count := 3000
	if n, err := strconv.Atoi(os.Getenv("BATCHREPORT_JSON")); err == nil {
		count = n
	}
	g := jsonGenerator{rand.New(rand.NewPCG(1, 2))}
	p := NewParser(nil)
	for i := range count {
		doc := g.value(nil, 4)
		compareJSON(t, p, doc)
		broken := bytes.Clone(doc)
		switch i % 3 {
		case 0:
			broken[g.IntN(len(broken))] = `{}[]:,"\0e-.u tn`[g.IntN(16)]
		case 1:
			broken = broken[:g.IntN(len(broken))]
		default:
			broken = append(broken, `{}[]:,"\0e-.u tn`[g.IntN(16)])
		}
		compareJSON(t, p, broken)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d documents and as many broken ones", count)
}

// compareJSON parses a message and compares it with what encoding/json says.
func compareJSON(t *testing.T, p *Parser, msg []byte) {
	t.Helper()
	var m Message
	p.Parse(&m, msg, Row{})
	trimmed := bytes.TrimLeft(msg, " \t\r\n")
	isDocument := json.Valid(msg) && (trimmed[0] == '{' || trimmed[0] == '[')
	if (m.Kind == KindJSON && string(m.JSON) == string(msg)) != isDocument {
		t.Errorf("%q: %s, encoding/json says document %t", msg, m.Kind, isDocument)
	}
	if !isDocument || !utf8.Valid(msg) {
		return
	}
	// The names of columns come up among the random ones, at the top and below.
	var want struct {
		RequestID           any `json:"RequestId"`
		CopySourceVersionID any `json:"CopySourceVersionId"`
	}
	if json.Unmarshal(msg, &want) != nil {
		return // a list
	}
	for _, c := range []struct {
		name string
		got  []byte
		want any
	}{{"RequestId", m.RequestID, want.RequestID}, {"CopySourceVersionId", m.CopySourceVersionID, want.CopySourceVersionID}} {
		if s, ok := c.want.(string); ok && (c.name != "RequestId" || isID([]byte(s))) && s != "" && s != "null" && string(c.got) != s {
			t.Errorf("%s: %s is %q, encoding/json says %q", msg, c.name, c.got, s)
		}
	}
}

// jsonGenerator makes random JSON documents as text.
type jsonGenerator struct{ *rand.Rand }

func (g jsonGenerator) value(b []byte, depth int) []byte {
	b = g.space(b)
	n := g.IntN(8)
	if depth == 0 {
		n = g.IntN(4)
	}
	switch {
	case depth == 4 || n >= 6:
		b = append(b, '{')
		for i := range g.IntN(5) {
			if i > 0 {
				b = append(b, ',')
			}
			b = g.space(g.name(g.space(b)))
			b = g.value(append(b, ':'), depth-1)
		}
		b = append(g.space(b), '}')
	case n >= 4:
		b = append(b, '[')
		for i := range g.IntN(4) {
			if i > 0 {
				b = append(b, ',')
			}
			b = g.value(b, depth-1)
		}
		b = append(g.space(b), ']')
	case n == 0:
		b = append(b, []string{"0", "-0", "12", "-7.50", "1e+20", "2E-3", "123456789012345678901234567890"}[g.IntN(7)]...)
	case n == 1:
		b = append(b, []string{"true", "false", "null"}[g.IntN(3)]...)
	default:
		b = g.string(b)
	}
	return g.space(b)
}

func (g jsonGenerator) name(b []byte) []byte {
	names := []string{"VersionId", "CopySourceVersionId", "ETag", "ResponseMetadata", "RequestId", "a", ""}
	if i := g.IntN(len(names) + 1); i < len(names) {
		return strconv.AppendQuote(b, names[i])
	}
	return g.string(b)
}

func (g jsonGenerator) string(b []byte) []byte {
	b = append(b, '"')
	for range g.IntN(12) {
		b = append(b, []string{"a", "Z", " ", "é", "漢", "😀", `\"`, `\\`, `\/`, `\b`, `\n`, `\u003d`, `\u00e9`, `\ud83d\ude00`, "'", "{"}[g.IntN(16)]...)
	}
	return append(b, '"')
}

func (g jsonGenerator) space(b []byte) []byte {
	if g.IntN(4) > 0 {
		return b
	}
	return append(b, []string{" ", "\n", "\t ", "\r\n"}[g.IntN(4)]...)
}
