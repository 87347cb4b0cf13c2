package convert

import (
	"github.com/apache/arrow/go/v15/arrow"

	"batchreport/schema"
	"batchreport/schema/cause"
)

// causeColumns are those that the rules of causes go by.
var causeColumns = []schema.Column{
	schema.ErrorCode, schema.HTTPStatusCode, schema.Service, schema.ServiceErrorCode, schema.ServiceStatusCode,
	schema.DeniedAction, schema.ErrorType, schema.ResultTemplate,
}

// failureOf returns what the rules go by, given the text of each column.
func failureOf(text func(schema.Column) string) cause.Failure {
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

// explainer explains the rows of a batch that failed. It asks the rules once for rows
// that are alike.
type explainer struct {
	values map[schema.Column]dimensionValues
	known  map[[maxDimensions]int32]*cause.Rule
}

func newExplainer(rec arrow.Record) *explainer {
	e := &explainer{values: map[schema.Column]dimensionValues{}, known: map[[maxDimensions]int32]*cause.Rule{}}
	for _, c := range causeColumns {
		e.values[c] = Dimension{Column: c}.valuesIn(rec)
	}
	return e
}

// rule returns the rule that explains a row; nil where none does.
func (e *explainer) rule(row int32) *cause.Rule {
	var codes [maxDimensions]int32
	for i, c := range causeColumns {
		codes[i] = e.values[c].codes[row]
	}
	r, ok := e.known[codes]
	if !ok {
		r = cause.Find(failureOf(func(c schema.Column) string {
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
