package table

import (
	"slices"

	"batchreport/schema"
)

// chunkOrder returns all columns in the order in which their chunks lie in a row group
// of a Parquet file, and the place of extracted ones. Readers of S3 fetch what lies
// between two chunks too, up to a mebibyte, and Athena bills it; a row group has some three
// mebibytes. So what is asked together lies together: small columns that tell failures
// apart, what was extracted, request ids, the object with its ids, then what is long. The
// extended request id has long columns on both sides, so that who reads the small ones and it
// reads neither. The order is the best that `make bench-scan` found for several reports and
// queries; in the order of their size, who asks for keys and ids would read everything.
func chunkOrder() (order []schema.Column, extractsAt int) {
	small := []schema.Column{
		schema.ReportCreatedAt, schema.ReportDate, schema.JobID, schema.OccurredAt, schema.ReportRow, schema.ReportFile,
		schema.FinalStatus, schema.Cause, schema.Retryable, schema.AttemptsTotal, schema.FirstFailedAt, schema.LastJobID, schema.SucceededInJob,
		schema.Attempts, schema.ServiceStatusCode, schema.Service, schema.Operation, schema.ServiceErrorCode,
		schema.TimeoutSeconds, schema.ErrorType, schema.ErrorCode, schema.HTTPStatusCode, schema.TaskStatus, schema.DeniedAction,
		schema.ResultKind, schema.ResultTemplate, schema.ResultText,
		schema.InvalidUTF8, schema.ChecksumAlgorithm, schema.ChecksumType, schema.DeniedPrincipal,
	}
	large := []schema.Column{
		schema.RequestID,
		schema.Bucket, schema.KeyEncoded, schema.Key, schema.VersionID, schema.ETag, schema.ChecksumHex, schema.ChecksumBase64, schema.TaskID,
		schema.DeniedResource, schema.LastModified, schema.CopiedVersionID,
		schema.LambdaRequestID, schema.StackTrace,
		schema.ResultMessage, schema.ExtendedRequestID, schema.CopySourceVersionID, schema.ResultJSON,
	}
	return slices.Concat(small, large), len(small)
}

// ChunkOrder returns the names of all columns that files can have, in the order in
// which their chunks lie in a row group.
func (s Spec) ChunkOrder() []string {
	order, extractsAt := chunkOrder()
	var names []string
	for _, c := range order {
		names = append(names, c.String())
	}
	for i, e := range s.Extract {
		names = slices.Insert(names, extractsAt+i, e.Name)
	}
	return names
}

// Unbounded returns the names of the columns whose smallest and greatest value the
// footer leaves out: no query compares whole messages, whose bounds were a third of it.
// Where rows are sorted by such a column its bounds help.
func (s Spec) Unbounded() []string {
	return slices.DeleteFunc([]string{schema.ResultJSON.String(), schema.ResultMessage.String(), schema.StackTrace.String()},
		func(name string) bool { return slices.Contains(s.SortBy, name) })
}

// Skipped returns the names of the columns of the files by whose smallest and greatest
// values a reader of a Delta log skips files: those that rows are sorted by, times, and codes. They
// double what the commit record has of a file, to some 700 bytes; all columns would take
// three kilobytes. Bounds of keys that are not sorted help nobody.
func (s Spec) Skipped() []string {
	names := slices.Clone(s.SortBy)
	for _, c := range []schema.Column{
		schema.ReportCreatedAt, schema.OccurredAt, schema.ErrorCode, schema.HTTPStatusCode, schema.Cause,
	} {
		names = append(names, c.String())
	}
	files := fieldNames(s.FileSchema())
	names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(files, name) })
	slices.Sort(names)
	return slices.Compact(names)
}
