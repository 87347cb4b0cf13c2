package convert

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"batchreport/convert/internal/batch"
	"batchreport/convert/internal/explain"
	"batchreport/convert/internal/jobmanifest"
	"batchreport/convert/internal/objects"
	"batchreport/schema"
	"batchreport/schema/cause"
)

// retryRows writes the rows of the objects that are to be run again: it is what
// objects.Ends hands objects to.
type retryRows struct {
	o      *RetryOptions
	result *Retried
	causes map[string]*CauseCount
	codes  map[string]bool // see Retried.Codes
	// plain has the rows without a version, and versioned those that have one.
	plain, versioned *jobmanifest.Spool

	views  map[arrow.Record]*retryView // of the batches at hand
	bucket []byte                      // of the row before
	key    []byte                      // bucket and key of the row before; see RetryOptions.DropVersions
	row    []byte
}

// retryView has the columns of a batch that retryRows goes by.
type retryView struct {
	explain *explain.Explainer
	rawKey  *array.String
	where   []arrow.Array // as RetryOptions.Where
	code    arrow.Array
}

func newRetryRows(o *RetryOptions, result *Retried) *retryRows {
	return &retryRows{
		o: o, result: result, causes: map[string]*CauseCount{}, codes: map[string]bool{}, views: map[arrow.Record]*retryView{},
		plain: jobmanifest.NewSpool(o.TempDir), versioned: jobmanifest.NewSpool(o.TempDir),
	}
}

// columns are those that the batches need.
func (w *retryRows) columns() []schema.Column {
	columns := append([]schema.Column{schema.RawKey}, explain.Columns()...)
	for _, c := range w.o.Where {
		columns = append(columns, c.Column)
	}
	return objects.WithColumns(columns...)
}

// close drops what was written and not taken.
func (w *retryRows) close() {
	w.plain.Close()
	w.versioned.Close()
}

// Take implements objects.Taker.
func (w *retryRows) Take(e *objects.End) error {
	if !e.IsListed && !e.Failed {
		if e.HasFailed {
			w.result.LeftOut.Succeeded++
		}
		return nil
	}
	view := w.view(e.Rec)
	name, rule := NeverRan, (*cause.Rule)(nil)
	if !e.IsListed {
		name = Unexplained
		if rule = view.explain.Rule(e.Row); rule != nil {
			name = rule.Name
		}
	}
	count := w.causes[name]
	if count == nil {
		count = &CauseCount{Name: name, Rule: rule}
		w.causes[name] = count
	}
	if len(w.o.Codes) > 0 && !e.IsListed {
		w.noteCode(textAt(view.code, e.Row))
	}
	if why := w.leaves(e, view, count); why != nil {
		*why++
		count.Left++
		return nil
	}
	object := schema.SplitObject(e.ID)
	if w.o.DropVersions {
		object.Version = nil
		key := schema.AppendObject(w.row[:0], object.Bucket, object.Key, nil)
		if w.row = key; bytes.Equal(key, w.key) {
			w.result.LeftOut.Versions++
			count.Left++
			return nil
		}
		w.key = append(w.key[:0], key...)
	}
	count.Taken++
	return w.write(object, view, e.Row)
}

// noteCode notes a code that an object has.
func (w *retryRows) noteCode(code string) {
	const most = 1000 // others
	if code != "" && !w.codes[code] && (len(w.codes) < most || slices.Contains(w.o.Codes, code)) {
		w.codes[strings.Clone(code)] = true // the batch has the bytes
	}
}

// leaves returns what counts the objects that are left out for the reason for which this
// one is; nil where it is not.
func (w *retryRows) leaves(e *objects.End, view *retryView, count *CauseCount) *int64 {
	out := &w.result.LeftOut
	switch {
	case w.o.RetryableOnly && !e.IsListed && (count.Rule == nil || !count.Rule.Retryable):
		return &out.NotRetryable
	case len(w.o.Causes) > 0 && !slices.Contains(w.o.Causes, count.Name):
		return &out.OtherCause
	case len(w.o.Codes) > 0 && !slices.Contains(w.o.Codes, textAt(view.code, e.Row)):
		return &out.OtherCode
	case !w.matches(e, view):
		return &out.OtherValue
	}
	return nil
}

// matches reports whether the row that decides has one of the values that are wanted of
// each column. An object that never ran has none but those of the object.
func (w *retryRows) matches(e *objects.End, view *retryView) bool {
	for i, c := range w.o.Where {
		same := func(other Condition) bool { return other.Column == c.Column }
		if slices.ContainsFunc(w.o.Where[:i], same) {
			continue // was looked at
		}
		text := textAt(view.where[i], e.Row)
		if !slices.ContainsFunc(w.o.Where, func(other Condition) bool { return same(other) && other.Value == text }) {
			return false
		}
	}
	return true
}

// write writes the row of an object.
func (w *retryRows) write(object schema.Object, view *retryView, row int32) error {
	if w.result.Buckets == 0 || !bytes.Equal(object.Bucket, w.bucket) {
		w.result.Buckets++
		w.bucket = append(w.bucket[:0], object.Bucket...)
		const some = 10
		if len(w.result.BucketNames) < some {
			w.result.BucketNames = append(w.result.BucketNames, string(object.Bucket))
		}
	}
	var key []byte
	if view.rawKey.IsValid(int(row)) {
		key = []byte(view.rawKey.Value(int(row)))
	} else {
		key = w.o.KeyEncoding.Encode(nil, object.Key)
	}
	to := w.plain
	if object.Version != nil {
		to = w.versioned
	}
	w.row = schema.AppendManifestRow(w.row[:0], object.Bucket, key, object.Version)
	return to.Write(w.row)
}

// EndBatch implements objects.Taker.
func (w *retryRows) EndBatch(context.Context) error {
	clear(w.views)
	return nil
}

// view returns the columns of a batch.
func (w *retryRows) view(rec arrow.Record) *retryView {
	v := w.views[rec]
	if v == nil {
		v = &retryView{explain: explain.New(rec), rawKey: batch.ColumnOf(rec, schema.RawKey).(*array.String), code: batch.ColumnOf(rec, schema.ErrorCode)}
		for _, c := range w.o.Where {
			v.where = append(v.where, batch.ColumnOf(rec, c.Column))
		}
		w.views[rec] = v
	}
	return v
}

// textAt returns a value as NDJSON has it, without quotes; empty for null.
func textAt(col arrow.Array, row int32) string {
	i := int(row)
	if col.IsNull(i) {
		return ""
	}
	switch a := col.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Dictionary:
		return a.Dictionary().(*array.String).Value(a.GetValueIndex(i))
	case *array.Timestamp:
		return time.UnixMicro(int64(a.Value(i))).UTC().Format("2006-01-02T15:04:05.000Z")
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'f', -1, 64)
	default:
		return col.ValueStr(i)
	}
}
