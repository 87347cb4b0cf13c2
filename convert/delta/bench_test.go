package delta

import (
	"fmt"
	"os"
	"testing"

	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
)

// benchFiles are as many files as a job of 10,000 tasks in ten partitions has.
const benchFiles = 100_000

func benchChange(job string) *Change {
	c := change(job, 1, nil, nil)
	code := "AccessDenied"
	stats := FormatStats([]ColumnStats{
		{Column: "key", Min: "logs/2026/01/01/object-000000", Max: "logs/2026/01/01/object-999999"},
		{Column: "bucket", Min: "my-bucket", Max: "my-bucket"},
		{Column: "error_code", Min: code, Max: code},
		{Column: "http_status_code", Min: int64(200), Max: int64(404)},
		{Column: "result_kind", Min: "json", Max: "text"},
	})
	for i := range benchFiles {
		c.Add = append(c.Add, File{
			Name:      fmt.Sprintf("job_id=0a1b2c3d-0000-4000-8000-00000000000a/error_code=%d/part-%s-0123456789abcdef0123456789abcdef-%05d.zstd.parquet", i%10, job, i),
			Partition: []table.PartitionValue{{Column: "error_code", Value: &code}}, Bytes: 1 << 20, Rows: 1000, Stats: stats,
		})
	}
	return c
}

// BenchmarkVersion writes a version of 100,000 files.
func BenchmarkVersion(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		dest := b.TempDir()
		l := testLog(disk.Store{}, dest)
		c := benchChange("a")
		s, err := l.Write(b.Context(), func(*State) (*Change, error) { return c, nil })
		if err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(l.versionName(s.Version))
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(info.Size())
	}
}

// BenchmarkCheckpoint writes a checkpoint of 200,000 files, half of which are in the one before.
func BenchmarkCheckpoint(b *testing.B) {
	dest := b.TempDir()
	l := testLog(disk.Store{}, dest)
	var s *State
	for _, job := range []string{"a", "b"} {
		c := benchChange(job)
		var err error
		s, err = l.Write(b.Context(), func(*State) (*Change, error) { return c, nil })
		if err == nil && job == "a" {
			err = l.checkpoint(b.Context(), s)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if err := l.checkpoint(b.Context(), s.clone()); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	info, err := os.Stat(l.checkpointName(s.Version))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
}
