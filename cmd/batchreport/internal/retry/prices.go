package retry

import (
	"fmt"
	"strconv"
	"strings"
)

// Prices are what S3 Batch Operations costs, in dollars.
type Prices struct{ job, million float64 }

// UsualPrices returns those of us-east-1 at the time of PricesOf, by
// https://aws.amazon.com/s3/pricing/.
func UsualPrices() Prices { return Prices{0.25, 1} }

// PricesOf says when and where the usual prices were those of AWS.
const PricesOf = "2025-09 in us-east-1"

// String returns the prices as Set takes them.
func (p Prices) String() string {
	return strconv.FormatFloat(p.job, 'f', 2, 64) + "," + strconv.FormatFloat(p.million, 'f', 2, 64)
}

// Set accepts the price of a job and that of a million objects, with a comma between them:
// each from 0, and below 1e9.
func (p *Prices) Set(text string) error {
	job, million, ok := strings.Cut(text, ",")
	if !ok {
		return fmt.Errorf("%q has no comma between the price of a job and that of a million objects", text)
	}
	for _, v := range []struct {
		text string
		to   *float64
	}{{job, &p.job}, {million, &p.million}} {
		n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if err != nil || !(n >= 0 && n < 1e9) {
			return fmt.Errorf("%q is no price in dollars", v.text)
		}
		*v.to = n
	}
	return nil
}
