package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// manifest is manifest.json in the order of AWS' example.
type manifest struct {
	Format             string
	ReportCreationDate string
	Results            []result
	ReportSchema       string
}

type result struct {
	TaskExecutionStatus string
	Bucket              string
	MD5Checksum         string
	Key                 string
}

// writeReport writes a report and says on w what it wrote. The manifest comes
// last: a folder that has one is complete.
func writeReport(w io.Writer, o options) error {
	g, err := newRows(o)
	if err != nil {
		return err
	}
	job := "job-" + string(g.uuid(nil))
	folder := filepath.Join(o.out, job)
	if err := os.MkdirAll(filepath.Join(folder, "results"), 0o777); err != nil {
		return err
	}
	ok, bad := share(o.files, g.succeeded)
	files := make([]*resultFile, ok+bad)
	for i := range files {
		name := "results/" + string(g.fill(nil, lowerHex, 40)) + ".csv"
		if files[i], err = createResult(folder, name, len(files)); err != nil {
			return err
		}
	}

	for i := range o.rows {
		row, succeeded := g.next(i)
		of := files[ok:]
		if succeeded {
			of = files[:ok]
		}
		if err := of[int(i)%len(of)].write(row); err != nil {
			return err
		}
	}

	m := manifest{
		Format:             "Report_CSV_20180820",
		ReportCreationDate: created.Format("2006-01-02T15:04:05.000Z"),
		ReportSchema:       "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
	}
	var bytes int64
	for i, f := range files {
		if err := f.close(); err != nil {
			return err
		}
		bytes += f.size
		status := "failed"
		if i < ok {
			status = "succeeded"
		}
		m.Results = append(m.Results, result{status, o.bucket, hex.EncodeToString(f.md5.Sum(nil)), job + "/" + f.name})
	}
	if err := m.write(filepath.Join(folder, "manifest.json")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\t%d rows\t%d bytes\t%d files\n", folder, o.rows, bytes, len(files))
	return err
}

// share divides files among the statuses, at least one for each that there is.
func share(files, percent int) (ok, bad int) {
	if ok = files * percent / 100; percent > 0 {
		ok = max(ok, 1)
	}
	if bad = files - ok; percent < 100 {
		bad = max(bad, 1)
	}
	return ok, bad
}

// write writes the manifest, and its MD5 beside it.
func (m manifest) write(name string) error {
	data, err := json.MarshalIndent(m, "", "    ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	sum := md5.Sum(data)
	if err := os.WriteFile(name+".md5", []byte(hex.EncodeToString(sum[:])), 0o666); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
