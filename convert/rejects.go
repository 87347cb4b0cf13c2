package convert

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"unicode/utf8"

	"batchreport/convert/ledger"
	"batchreport/convert/plan"
)

// rejectsFile keeps the rows of a task that could not be read, as gzipped JSON
// lines. It is created with the first of them.
type rejectsFile struct {
	to     outputs
	out    *countedOutput
	zipped *gzip.Writer
	lines  *json.Encoder // into zipped
	rows   int64
	done   *ledger.WrittenRejects // nil where no row was rejected
}

// rejectLine is a line of the file.
type rejectLine struct {
	File       string `json:"file"`        // the result file's key, as in report_file
	Row        int64  `json:"row"`         // from 1
	ByteOffset int64  `json:"byte_offset"` // in the result file, from 0
	Length     int64  `json:"length"`      // in bytes
	Reason     string `json:"reason"`
	// The record as it stands, in the second form where it is not UTF-8; only the
	// first 64 KiB of one that is longer than MaxRecordBytes.
	Raw       *string `json:"raw,omitempty"`
	RawBase64 []byte  `json:"raw_base64,omitempty"`
}

func (f *rejectsFile) write(ctx context.Context, file *plan.File, rows []rejectedRow) error {
	for _, r := range rows {
		if f.out == nil {
			out, err := f.to.Create(ctx, f.to.RejectsName())
			if err != nil {
				return err
			}
			f.out = &countedOutput{Output: out}
			f.zipped = gzip.NewWriter(f.out)
			f.lines = json.NewEncoder(f.zipped)
			f.lines.SetEscapeHTML(false)
		}
		line := rejectLine{File: file.Key, Row: r.row, ByteOffset: r.offset, Length: r.length, Reason: r.reason}
		if raw := string(r.raw); utf8.ValidString(raw) {
			line.Raw = &raw
		} else {
			line.RawBase64 = r.raw
		}
		if err := f.lines.Encode(line); err != nil {
			return err
		}
		f.rows++
	}
	return nil
}

// close ends the file, if there is one.
func (f *rejectsFile) close() error {
	if f.out == nil {
		return nil
	}
	if err := f.zipped.Close(); err != nil {
		return err
	}
	pending, err := f.out.Commit()
	if err != nil {
		return err
	}
	f.done = &ledger.WrittenRejects{
		Reject:  ledger.Reject{Name: f.to.RejectsName(), Bytes: f.out.bytes, Rows: f.rows, CRC32: pending.CRC32},
		Pending: pending,
	}
	return nil
}

func (f *rejectsFile) abort() {
	if f.out != nil {
		f.out.Abort()
	}
}
