package zstdpage

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// examplePage is the page of the example in the package comment.
func examplePage() []byte {
	page := make([]byte, 4)
	for n := range 3 {
		key := fmt.Sprintf("customer-000%d/invoice.pdf", 1+n)
		page = binary.LittleEndian.AppendUint32(page, uint32(len(key)))
		page = append(page, key...)
	}
	return page
}

// TestExample makes sure that the frame in the package comment is what Similar returns.
func TestExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var documented []byte
	for _, line := range regexp.MustCompile(`(?m)^//\t((?:[0-9a-f]{2} )+) `).FindAllStringSubmatch(string(text), -1) {
		b, err := hex.DecodeString(strings.ReplaceAll(line[1], " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		documented = append(documented, b...)
	}
	page := examplePage()
	var e Encoder
	frame := e.Similar(nil, page)
	if !slices.Equal(frame, documented) {
		t.Errorf("the frame is\n% x, doc.go has\n% x", frame, documented)
	}
	if len(page) != 91 || len(frame) != 73 {
		t.Errorf("%d bytes become %d, not 91 and 73", len(page), len(frame))
	}
	check(t, newDecoder(t), frame, page)
	for i, want := range [][kinds]uint8{{20, 5, 13}, {1, 0, 25}, {1, 0, 9}} {
		if got := e.block.sequences[:3][i].codes; got != want {
			t.Errorf("sequence %d has the codes %d, not %d", i, got, want)
		}
	}
}

// TestExampleTable makes sure that the table of the literals has the states that the
// comments on table and symbol tell of.
func TestExampleTable(t *testing.T) {
	t.Parallel()
	var e Encoder
	e.Similar(nil, examplePage())
	literals := &e.block.coder.tables[literalsKind]
	if literals.log != 5 || literals.shares[1] != 21 || literals.shares[20] != 11 {
		t.Fatalf("log %d, shares %d", literals.log, literals.shares)
	}
	if got := literals.symbols[20]; got != (symbol{bits: 2<<16 - 44, base: 10}) {
		t.Errorf("symbol is %+v", got)
	}
	// The states of code 20, and the last that each of them leads to; the first is
	// behind the last of another.
	states := []uint32{35, 36, 40, 41, 45, 49, 50, 54, 58, 59, 63}
	lastTo := []uint32{47, 51, 55, 59, 63, 33, 35, 37, 39, 41, 43}
	for i, state := range literals.states[21:32] {
		if uint32(state) != states[i] {
			t.Errorf("state %d of code 20 is %d, not %d", i, state, states[i])
		}
	}
	for to := uint32(32); to < 64; to++ {
		i := 0
		for j, last := range lastTo {
			if last >= to && (lastTo[i] < to || last < lastTo[i]) {
				i = j
			}
		}
		w, from := literals.add(bitWriter{}, to, 20)
		width := uint8(2)
		if to < 44 {
			width = 1
		}
		if from != states[i] || w.width != width || uint32(w.bits) != to&(1<<width-1) {
			t.Errorf("state %d: from %d by %d bits, %b; want from %d by %d", to, from, w.width, w.bits, states[i], width)
		}
	}
}
