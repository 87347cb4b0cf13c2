package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// rows makes the rows of a report, one after the other.
type rows struct {
	generator
	options
	mix
	okSum, badSum int // of weights
	row, message  []byte
}

// created is when the report was. Tasks ran in the 400 days before it.
var created = time.Date(2024, 4, 5, 17, 35, 0, 0, time.UTC)

func newRows(o options) (*rows, error) {
	m, err := mixOf(o.mix)
	if err != nil {
		return nil, err
	}
	return &rows{
		generator: generator{r: rand.New(rand.NewPCG(o.seed, 0x5afe))},
		options:   o, mix: m, okSum: m.ok.sum(), badSum: m.bad.sum(),
	}, nil
}

// next returns row number i, with its line end, and whether its task succeeded.
// The row is valid until the next call.
func (g *rows) next(i int64) (row []byte, ok bool) {
	g.index = i
	g.now = created.Add(time.Duration(i) * 7 * time.Millisecond).Add(-time.Duration(g.r.IntN(86400*400)) * time.Second)
	var k *kind
	if ok = g.r.IntN(100) < g.succeeded; ok {
		k = g.pick(g.ok, g.okSum)
	} else {
		k = g.pick(g.bad, g.badSum)
	}
	b := append(g.row[:0], bucket(g.r.IntN(4))...)
	b = g.key(append(b, ','))
	b = append(b, ',')
	if g.r.IntN(100) < g.versions {
		b = g.fill(b, versionID, 32)
	}
	b = append(append(b, ','), k.status...)
	first, second := k.http, k.code
	if g.codes > 0 && !ok {
		second = fmt.Sprintf("Code%04d", g.r.IntN(g.codes))
	}
	if g.order == "schema" {
		first, second = second, first
	}
	b = append(append(b, ','), first...)
	b = append(append(b, ','), second...)
	g.message = k.message(&g.generator, g.message[:0])
	b = quote(append(b, ','), g.message)
	if g.eol == "crlf" {
		b = append(b, '\r')
	}
	g.row = append(b, '\n')
	return g.row, ok
}

// bucket is one of two, the first three times as often.
func bucket(n int) string {
	if n < 3 {
		return "awsexamplebucket1"
	}
	return "amzn-s3-demo-bucket2"
}

// key appends an object's key in form encoding, as a completion report has it.
func (g *generator) key(b []byte) []byte {
	tenants := [...]string{"acme", "globex", "initech", "umbrella", "hooli", "stark", "wayne", "wonka"}
	sources := [...]string{"clickstream", "orders", "billing", "telemetry", "images", "exports", "raw+events"}
	suffixes := [...]string{".parquet", ".json.gz", ".csv", ".jpg", ".avro"}
	b = append(b, "tenant%3D"+tenants[g.r.IntN(len(tenants))]+"/"+sources[g.r.IntN(len(sources))]...)
	// Piece by piece: a layout of all would read the 3 of %3D as an hour.
	year, month, day := g.now.Date()
	b = strconv.AppendInt(append(b, "/year%3D"...), int64(year), 10)
	b = digits(append(b, "/month%3D"...), int64(month), 2)
	b = digits(append(b, "/day%3D"...), int64(day), 2)
	b = digits(append(b, "/hour%3D"...), int64(g.now.Hour()), 2)
	b = digits(append(b, "/part-"...), g.index%100000, 5)
	b = g.uuid(append(b, '-'))
	if g.r.IntN(50) == 0 {
		b = append(b, "%2C+r%C3%A9sum%C3%A9+%28copy%29"...)
	}
	return append(b, suffixes[g.r.IntN(len(suffixes))]...)
}

// digits appends the last n digits of v.
func digits(b []byte, v int64, n int) []byte {
	b = append(b, "00000"[:n]...)
	for i := len(b) - 1; n > 0; i, n = i-1, n-1 {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return b
}

// quote appends a field, in quotes where it needs them.
func quote(b, field []byte) []byte {
	if !bytes.ContainsAny(field, ",\"\r\n") {
		return append(b, field...)
	}
	b = append(b, '"')
	for _, c := range field {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
