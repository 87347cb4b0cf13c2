// Package explain explains why rows failed, by the rules of package cause: it knows in which
// columns is what they go by, and asks them once for the rows of a batch that are alike.
package explain

import (
	"math"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// Columns returns those that the rules of causes go by.
func Columns() []schema.Column { return slices.Clone(columns[:]) }

// columns are those of Columns.
var columns = [...]schema.Column{
	schema.ErrorCode, schema.HTTPStatusCode, schema.Service, schema.ServiceErrorCode, schema.ServiceStatusCode,
	schema.DeniedAction, schema.ErrorType, schema.ResultTemplate,
}

// FailureOf returns what the rules go by, given the text of each column.
func FailureOf(text func(schema.Column) string) cause.Failure {
	return cause.Failure{
		ErrorCode:         text(schema.ErrorCode),
		HTTPStatusCode:    text(schema.HTTPStatusCode),
		Service:           text(schema.Service),
		ServiceErrorCode:  text(schema.ServiceErrorCode),
		ServiceStatusCode: text(schema.ServiceStatusCode),
		DeniedAction:      text(schema.DeniedAction),
		ErrorType:         text(schema.ErrorType),
		Template:          text(schema.ResultTemplate),
	}
}

// noCode stands for null among the codes of a batch. No status code has this value.
const noCode = math.MinInt32

// codedValues are the values of a column in the rows of a batch.
type codedValues struct {
	codes []int32                 // by row: rows of equal codes have the same value
	text  func(code int32) string // of a code that is not noCode
}

// codedIn returns the values of a column with a dictionary, or of int32, in a batch, which
// has to live as long.
func codedIn(rec arrow.Record, c schema.Column) codedValues {
	switch a := batch.ColumnOf(rec, c).(type) {
	case *array.Dictionary:
		words := a.Dictionary().(*array.String)
		return withoutNulls(a, a.Indices().(*array.Int32).Int32Values(), func(code int32) string { return words.Value(int(code)) })
	case *array.Int32:
		return withoutNulls(a, a.Int32Values(), func(code int32) string { return strconv.Itoa(int(code)) })
	}
	return codedValues{codes: make([]int32, rec.NumRows()), text: func(int32) string { return "" }}
}

// withoutNulls takes codes that a column has already. Those of nulls are noCode.
func withoutNulls(col arrow.Array, codes []int32, text func(int32) string) codedValues {
	if col.NullN() > 0 {
		codes = slices.Clone(codes)
		for row := range codes {
			if col.IsNull(row) {
				codes[row] = noCode
			}
		}
	}
	return codedValues{codes: codes, text: text}
}

// causeCodes are the codes of columns in a row.
type causeCodes [len(columns)]int32

// Explainer explains the rows of a batch that failed. It asks the rules once for rows
// that are alike.
type Explainer struct {
	values map[schema.Column]codedValues
	known  map[causeCodes]*cause.Rule
}

// New returns an explainer of the rows of a batch, which has to live as long.
func New(rec arrow.Record) *Explainer {
	e := &Explainer{values: map[schema.Column]codedValues{}, known: map[causeCodes]*cause.Rule{}}
	for _, c := range columns {
		e.values[c] = codedIn(rec, c)
	}
	return e
}

// Rule returns the rule that explains a row, by its number in the batch from 0; nil where none
// does.
func (e *Explainer) Rule(row int32) *cause.Rule {
	var codes causeCodes
	for i, c := range columns {
		codes[i] = e.values[c].codes[row]
	}
	r, ok := e.known[codes]
	if !ok {
		r = cause.Find(FailureOf(func(c schema.Column) string {
			v := e.values[c]
			if v.codes[row] == noCode {
				return ""
			}
			return v.text(v.codes[row])
		}))
		e.known[codes] = r
	}
	return r
}
