package convert

import (
	"batchreport/convert/internal/partition"
	"batchreport/convert/internal/reading"
	"batchreport/convert/table"
	"batchreport/schema"
)

// TaskMemory returns how much memory, in bytes, a process should have that runs a task
// with that spec and so many workers and, with onS3, reads and writes S3. It is the
// formula in the documentation of this package for rows of 120 bytes, a fifth more for
// what the garbage collector has not collected yet, and what the program itself takes.
// Longer records than MaxRecordBytes has by default are not counted.
func TaskMemory(s table.Spec, workers int, onS3 bool) int64 {
	const (
		mib      = 1 << 20
		block    = reading.BlockSize
		batch    = 4 * block
		rowGroup = 12 * mib
		bloom    = 13 * mib / 10
		freed    = 48 * mib
		program  = 32 * mib
	)
	s = s.WithDefaults()
	w := int64(workers)
	bytes := (2*w+8)*block + (3*w+3)*batch + partition.MaxPending + (2*w+2)*rowGroup + freed
	bytes += w * bloom * int64(len(s.Bloom))
	if len(s.SortBy) > 0 {
		bytes += 64 * mib
	}
	if onS3 {
		const part, ahead, onTheirWay = 8 * mib, 16 * mib, 8
		bytes += (openParts(s)+onTheirWay)*part + ahead
	}
	return bytes*6/5 + program
}

// openParts returns how many parts a task writes at once, at most: one for each
// TaskStatus, unless partitions have values that nobody knows before they are read.
func openParts(s table.Spec) int64 {
	const statuses = 2
	for _, c := range s.PartitionBy {
		if c != schema.JobID && c != schema.TaskStatus && c != schema.ReportDate {
			return int64(s.MaxOpenParts)
		}
	}
	return min(statuses, int64(s.MaxOpenParts))
}
