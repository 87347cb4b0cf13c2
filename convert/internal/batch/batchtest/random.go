package batchtest

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
)

// Random makes tables whose columns have few or many nulls, few or many values,
// short or long ones.
type Random struct{ *rand.Rand }

// Table makes n rows of that schema.
func (r Random) Table(s *arrow.Schema, n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = make(Row, len(s.Fields()))
	}
	for c, field := range s.Fields() {
		cell := r.column(field.Type)
		nulls := []float64{0, 0, 0.01, 0.5, 0.99, 1}[r.IntN(6)]
		for i := range rows {
			if r.Float64() >= nulls {
				rows[i][c] = cell(i)
			}
		}
	}
	return rows
}

// column returns a function that makes the value of row i.
func (r Random) column(t arrow.DataType) func(i int) any {
	switch t.ID() {
	case arrow.INT32:
		return func(int) any { return int32(r.Uint32()) >> r.IntN(32) }
	case arrow.INT64:
		return func(i int) any { return int64(i) - 5 }
	case arrow.FLOAT64:
		return func(int) any {
			return []float64{0, math.Copysign(0, -1), 1.5, -3, 1e300, math.Inf(1), r.Float64()}[r.IntN(7)]
		}
	case arrow.TIMESTAMP:
		return func(int) any { return arrow.Timestamp(r.Int64N(4e12)-1e12) * 1000 }
	}
	alphabet := []string{"a", "b", "é", "\x00", "\u007f", "\U0010FFFF", "\uD7FF", "日本", `"`, "\n"}
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	shared := strings.Repeat("p", []int{0, 7, 62, 70}[r.IntN(4)])
	length := []int{1, 4, 40, 700}[r.IntN(4)]
	few := []string{"", text(3), text(3), text(300)}
	if r.IntN(2) == 0 {
		return func(int) any { return few[min(r.IntN(8), len(few)-1)] }
	}
	return func(int) any { return shared + text(r.IntN(length)) }
}

// Rounds returns how many random tables a test makes: n, or ten times as many in make soak.
func Rounds(n int) int {
	if os.Getenv("BATCHREPORT_SOAK") != "" {
		n *= 10
	}
	return n
}
