package main

import (
	"errors"
	"slices"

	"github.com/spf13/pflag"

	"batchreport/cmd/internal/values"
	"batchreport/convert"
	"batchreport/convert/storage"
	"batchreport/convert/table"
	"batchreport/schema"
)

// bindKeyEncoding binds the flag that says how keys are encoded.
func bindKeyEncoding(f *pflag.FlagSet, to *schema.KeyEncoding) {
	f.TextVar(to, "key-encoding", schema.FormEncoding, "`ENCODING` of keys in the report: form, percent or none")
}

// bindVerifyInput binds the flag that says how result files are verified; record is where
// to find which of the ways was taken.
func bindVerifyInput(f *pflag.FlagSet, to *table.VerifyInput, record string) {
	f.Func("verify-input", "`HOW` result files are verified: md5 (each is hashed), none, or auto (S3's ETag is taken where it proves as much, all else is hashed); "+record+" (default auto)", values.Word(to))
}

// bindMaxRecordBytes binds the flag that says how long a row may be.
func bindMaxRecordBytes(f *pflag.FlagSet, to *int) {
	f.Func("max-record-bytes", "`SIZE` in bytes above which a row cannot be read, from 64KiB to 256MiB (default 16MiB)", values.Size(to))
}

// reading adds the flags of a command that reads reports, and makes no table of them.
func (c *commandFlags) reading(r *convert.Reading) {
	c.group("Input", func(f *pflag.FlagSet) {
		bindVerifyInput(f, &r.VerifyInput, "the result says which")
		bindKeyEncoding(f, &r.KeyEncoding)
		bindMaxRecordBytes(f, &r.MaxRecordBytes)
		f.Func("workers", "`NUMBER` of workers; the result does not depend on it (default one a core)", values.Count(&r.Workers))
	})
}

// sourceNames returns the SOURCEs that all arguments name.
func sourceNames(args []string) (sources []string, err error) {
	if len(args) == 0 {
		return nil, errors.New("a SOURCE is needed: the path or the s3:// address of a manifest.json, a job folder, a folder of job folders, or result CSVs")
	}
	if slices.Contains(args, "") {
		return nil, errors.New("SOURCE must not be empty")
	}
	var errs []error
	for i, arg := range args {
		source, err := storage.ParseAddress("SOURCE", arg)
		sources, errs = append(sources, source), append(errs, err)
		if source == storage.Stdio && slices.Contains(sources[:i], source) {
			errs = append(errs, errors.New("standard input is named twice"))
		}
	}
	return sources, errors.Join(errs...)
}
