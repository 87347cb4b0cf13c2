package batchtest

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"batchreport/schema"
)

// SampleRow makes a row of the table as reports have them: most columns null,
// keys of a common prefix, few error codes.
func SampleRow(s *arrow.Schema, i int) Row {
	id := uint64(i+1) * 0x9E3779B97F4A7C15 // spreads like the ids of requests
	r := make(Row, len(s.Fields()))
	for c, field := range s.Fields() {
		switch field.Name {
		case "job_id":
			r[c] = "0a1b2c3d-0000-4000-8000-000000000001"
		case "report_created_at":
			r[c] = arrow.Timestamp(1_700_000_000_000_000)
		case "report_row":
			r[c] = int64(i + 1)
		case "key":
			r[c] = fmt.Sprintf("archive/2024/%02d/%02d/customer-%05d/object-%016x.json", i/30000%12, i/1000%30, id%10007, id)
		case "version_id", "request_id", "etag":
			r[c] = fmt.Sprintf("%016X%016x", id, id*31)
		case "report_file", "bucket", "task_status", "result_kind", "service", "error_code", "result_template":
			r[c] = fmt.Sprintf("%s %d", field.Name, id%7)
		case "http_status_code":
			r[c] = int32(200 + id%3)
		case "result_text":
			r[c] = fmt.Sprintf("Access Denied for object %d", i)
		case "result_message":
			r[c] = fmt.Sprintf("Access Denied for object %d (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: %016X; S3 Extended Request ID: %016x%016x; Proxy: null)", i, id, id*3, id*5)
		case "extended_request_id":
			if i%2 == 0 {
				r[c] = fmt.Sprintf("%016x%016x%016x%016x", id*3, id*5, id*7, id*11)
			}
		case "timeout_seconds":
			if i%10 == 0 {
				r[c] = 3.0
			}
		}
	}
	return r
}

// SampleBatches returns n batches of 4,096 rows of the whole table, and the bytes of
// their values.
func SampleBatches(b *testing.B, n int) (batches []arrow.Record, size int64) {
	b.Helper()
	s := schema.Arrow(schema.AllColumns())
	for i := range n {
		rows := make([]Row, 4096)
		for j := range rows {
			rows[j] = SampleRow(s, i*len(rows)+j)
		}
		rec := NewBatch(b, memory.NewGoAllocator(), s, rows)
		b.Cleanup(rec.Release)
		batches = append(batches, rec)
		for _, r := range rows {
			for _, v := range r {
				if text, ok := v.(string); ok {
					size += int64(len(text))
				} else if v != nil {
					size += 8
				}
			}
		}
	}
	return batches, size
}
