package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"batchreport/convert"
	"batchreport/convert/internal/batch/batchtest"
	"batchreport/convert/internal/parquetfile"
	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
	"batchreport/schema"
)

// verifyOptions are of tables in all the forms that are read in ways of their own.
func verifyOptions() map[string]convert.Options {
	all := map[string]convert.Options{}
	for _, form := range []table.Spec{
		{Format: table.Parquet, Compression: table.Zstd},
		{Format: table.Parquet, Compression: table.None},
		{Format: table.NDJSON, Compression: table.None},
		{Format: table.NDJSON, Compression: table.Gzip},
		{Format: table.NDJSON, Compression: table.Zstd},
	} {
		o := tableOptions
		o.Format, o.Compression = form.Format, form.Compression
		all[fmt.Sprint(form.Format, " ", form.Compression)] = o
	}
	return all
}

const recordName = "table/_batchreport/" + reporttest.JobA + "/commit.json"

// memoryTable is a converted table in memory, in the folder table.
func memoryTable(t *testing.T, o convert.Options) map[string]string {
	t.Helper()
	objects := map[string]string{}
	for name, data := range cleanTable(t, o) {
		objects["table/"+name] = data
	}
	return objects
}

func verifyObjects(t *testing.T, objects map[string]string) *Result {
	t.Helper()
	v, err := Table(t.Context(), storagetest.Memory{Objects: objects}, "table", Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// compareFindings compares the kinds and objects of findings.
func compareFindings(t *testing.T, got []Finding, want ...string) {
	t.Helper()
	var lines []string
	for _, f := range got {
		lines = append(lines, string(f.Kind)+" "+f.Object)
		if f.Message == "" || (f.Job == "") != (f.Kind == Unknown || f.Kind == Hidden) {
			t.Errorf("finding is %+v", f)
		}
	}
	slices.Sort(want)
	slices.Sort(lines)
	if !slices.Equal(lines, want) {
		t.Errorf("found %+v\nwant %q", got, want)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, o := range verifyOptions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			if err := tb.convert(t, disk.Store{}, o); err != nil {
				t.Fatal(err)
			}
			record := tb.record(t)
			var planned, read int64
			v, err := Table(t.Context(), disk.Store{}, tb.dest+"/", Options{
				OnPlan: func(bytes int64) { planned += bytes },
				OnRead: func(bytes int) { read += int64(bytes) },
			})
			if err != nil {
				t.Fatal(err)
			}
			compareFindings(t, v.Findings)
			size := record.Totals.BytesOut
			for _, r := range record.Rejects {
				size += r.Bytes
			}
			if v.Jobs != 1 || v.Files != int64(len(record.Files())) || v.Rows != record.Totals.RowsOut || v.Bytes != size || planned != size || read != size {
				t.Errorf("verified %+v, planned %d bytes, read %d; the record is of %+v", v, planned, read, record.Totals)
			}
		})
	}
}

// Whichever byte of a table changes is found, in the object where it changed.
func TestVerifyFlippedBytes(t *testing.T) {
	t.Parallel()
	const flips = 300
	for name, o := range verifyOptions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			objects := memoryTable(t, o)
			names := slices.Sorted(maps.Keys(objects))
			r := rand.New(rand.NewPCG(1, 2))
			for i := range flips {
				name := names[i%len(names)]
				data := []byte(objects[name])
				at := r.IntN(len(data))
				data[at] ^= byte(1 + r.IntN(255))
				changed := maps.Clone(objects)
				changed[name] = string(data)
				kind := Damaged
				if name == recordName {
					kind = BadRecord
				}
				found := verifyObjects(t, changed).Findings
				if len(found) != 1 || found[0].Object != name || found[0].Kind != kind || found[0].Job != reporttest.JobA {
					t.Fatalf("byte %d of %s changed to %q: found %+v", at, name, data[at], found)
				}
			}
		})
	}
}

// readByAll are names of files that Athena, Spark and Hive read, and foundByPatterns of
// those that only patterns find.
var (
	readByAll = []string{
		"copy", "x.csv", "x.PARQUET", "notes.txt", "a.parquet.crc", "job_id=x/copy", "job_id=x/task_status=failed/part-1 (copy).zstd.parquet.bak",
		"a/b/c/d", "x_$folder$", "x/", "_a=b/x", "batchreport/commit.json",
	}
	foundByPatterns = []string{
		"_x.parquet", ".x.parquet", "_x.PARQUET", "job_id=x/_x.ndjson", "job_id=x/.x.ndjson.gz", ".x.ndjson.crc",
		"_old/x.parquet", ".trash/job_id=x/part-1.zstd.parquet", "job_id=x/_temporary/0/x.parquet", "_batchreport2/x.parquet", "_x_a/_b/x.ndjson",
	}
)

// findings are those of a kind about files of the folder table.
func findings(kind string, names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, kind+" table/"+name)
	}
	return all
}

func TestVerifyFindings(t *testing.T) {
	t.Parallel()
	for form, o := range verifyOptions() {
		objects := memoryTable(t, o)
		var part, rejects string
		for name := range objects {
			switch {
			case strings.HasSuffix(name, ".jsonl.gz"):
				rejects = name
			case name != recordName:
				part = name
			}
		}
		set := func(name, data string) func(map[string]string) {
			return func(objects map[string]string) { objects[name] = data }
		}
		remove := func(name string) func(map[string]string) {
			return func(objects map[string]string) { delete(objects, name) }
		}
		cut := func(name string, n int) func(map[string]string) { return set(name, objects[name][:n]) }
		// The record as somebody would edit it, and as our own error would make it.
		edit := func(old, edited string) func(map[string]string) {
			return set(recordName, strings.Replace(objects[recordName], old, edited, 1))
		}
		wrong := func(change func(r *ledger.Record)) func(map[string]string) {
			var r ledger.Register
			if err := json.Unmarshal([]byte(objects[recordName]), &r); err != nil {
				t.Fatal(err)
			}
			change(&r.Record)
			data, err := json.MarshalIndent(r, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			return set(recordName, string(withChecksum(data)))
		}
		contents := "lines "
		if o.Format == table.Parquet {
			contents = "footer "
		}
		foreign := "table/job_id=x/" + path.Base(part)
		tests := []struct {
			name   string
			change func(objects map[string]string)
			want   []string
		}{
			{"nothing", func(map[string]string) {}, nil},
			{"part deleted", remove(part), []string{"missing " + part}},
			{"part cut to 8 bytes", cut(part, 8), []string{"size " + part}},
			{"part cut by one byte", cut(part, len(objects[part])-1), []string{"size " + part}},
			{"part emptied", set(part, ""), []string{"size " + part}},
			{"part grown", set(part, objects[part]+"\n"), []string{"size " + part}},
			{"part grown by itself", set(part, objects[part]+objects[part]), []string{"size " + part}},
			{"rejects deleted", remove(rejects), []string{"missing " + rejects}},
			{"rejects cut by one byte", cut(rejects, len(objects[rejects])-1), []string{"size " + rejects}},
			{"both deleted", func(objects map[string]string) { remove(part)(objects); remove(rejects)(objects) }, []string{"missing " + part, "missing " + rejects}},

			{"foreign file", set(foreign, objects[part]), []string{"unknown " + foreign}},
			{"foreign file at the top", set("table/a.parquet", ""), []string{"unknown table/a.parquet"}},
			{"foreign lines", set("table/x/a.ndjson.zst", ""), []string{"unknown table/x/a.ndjson.zst"}},
			{"foreign rejects", set("table/_batchreport/x/rejects/a.jsonl.gz", ""), []string{"unknown table/_batchreport/x/rejects/a.jsonl.gz"}},
			{"other files", func(objects map[string]string) {
				for _, name := range []string{"_SUCCESS", ".a.parquet.crc", "job_id=x/_started", "_x/a.csv", ".x/a", "_batchreport/x/a.parquet", "_batchreport/" + reporttest.JobA + "/pending/f/x.pending"} {
					objects["table/"+name] = "x"
				}
				for _, name := range []string{"", "job_id=x/", "job_id=x_$folder$", "a/task_status=failed_$folder$"} {
					objects["table/"+name] = ""
				}
			}, nil},
			{"files that Athena and Spark read", func(objects map[string]string) {
				for _, name := range readByAll {
					objects["table/"+name] = "x"
				}
			}, findings("unknown", readByAll)},
			{"files that patterns find", func(objects map[string]string) {
				for _, name := range foundByPatterns {
					objects["table/"+name] = "x"
				}
			}, findings("hidden", foundByPatterns)},
			{"record deleted", remove(recordName), func() (all []string) {
				for name := range objects {
					if name != recordName {
						all = append(all, "unknown "+name)
					}
				}
				return all
			}()},

			{"record emptied", set(recordName, ""), []string{"record " + recordName}},
			{"record cut", cut(recordName, len(objects[recordName])-1), []string{"record " + recordName}},
			{"number edited", edit(`"rows": `, `"rows": 1`), []string{"record " + recordName}},
			{"name edited", edit("/part-", "/part-0"), []string{"record " + recordName}},
			{"name of an input edited", edit(`"key": "`, `"key": "x`), []string{"record " + recordName}},
			{"option edited", edit(`"raw_message": "auto"`, `"raw_message": "keep"`), []string{"record " + recordName}},
			{"member edited", edit(`"totals"`, `"Totals"`), []string{"record " + recordName}},
			{"space edited", edit("\n ", "\n\t"), []string{"record " + recordName}},
			{"member added", edit(`"inputs"`, `"replaces": [], "inputs"`), []string{"record " + recordName}},
			{"checksum taken out", edit(objects[recordName][1:strings.Index(objects[recordName], ",")+1], ""), []string{"record " + recordName}},
			{"record and foreign file", func(objects map[string]string) {
				cut(recordName, 100)(objects)
				set("table/mine.parquet", "")(objects)
			}, []string{"record " + recordName, "unknown table/mine.parquet"}},

			{"another version", wrong(func(r *ledger.Record) { r.Version++ }), []string{"record " + recordName}},
			{"name out of the table", wrong(func(r *ledger.Record) { r.Outputs[0].Name = "../x" }), []string{"record " + recordName}},
			{"another job's record", wrong(func(r *ledger.Record) { r.Job = reporttest.JobB }), []string{"record " + recordName}},
			{"total of bytes", wrong(func(r *ledger.Record) { r.Totals.BytesOut++ }), []string{"record " + recordName}},
			{"total of files", wrong(func(r *ledger.Record) { r.Totals.Files++ }), []string{"record " + recordName}},
			{"total of unverified files", wrong(func(r *ledger.Record) { r.Totals.Unverified++ }), []string{"record " + recordName}},
			{"rows of an input", wrong(func(r *ledger.Record) { r.Inputs[0].Rows++ }), slices.Repeat([]string{"record " + recordName}, 2)},
			{"rejects of an input", wrong(func(r *ledger.Record) { r.Inputs[0].Rejected++ }), slices.Repeat([]string{"record " + recordName}, 2)},
			{"value of a partition", wrong(func(r *ledger.Record) { r.Outputs[0].Partition[1].Value = nil }), []string{"record " + recordName}},
			{"column of a partition", wrong(func(r *ledger.Record) { r.Outputs[0].Partition[1].Column = "bucket" }), []string{"record " + recordName}},
			{"columns of partitions", wrong(func(r *ledger.Record) { r.Options.PartitionBy = []schema.Column{schema.JobID} }), []string{"record " + recordName}},
			{"part listed twice", wrong(func(r *ledger.Record) { r.Outputs[1] = r.Outputs[2] }), nil},
			{"rows of a part", wrong(func(r *ledger.Record) {
				r.Outputs[0].Rows++
				r.Inputs[0].Rows++
				r.Totals.RowsIn++
				r.Totals.RowsOut++
			}), []string{contents}},
			{"rows of rejects", wrong(func(r *ledger.Record) {
				r.Rejects[0].Rows++
				r.Inputs[0].Rejected++
				r.Totals.RowsIn++
				r.Totals.Rejected++
			}), []string{"lines "}},
			{"checksum of a part", wrong(func(r *ledger.Record) { r.Outputs[0].CRC32 = "" }), []string{"damaged "}},
			{"commit cut off", wrong(func(r *ledger.Record) { r.Replaces = []string{"task_status=x/" + path.Base(part)} }), []string{"unfinished " + recordName}},
		}
		for _, tt := range tests {
			t.Run(form+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				changed := maps.Clone(objects)
				tt.change(changed)
				found := verifyObjects(t, changed).Findings
				switch {
				case tt.want == nil && tt.name == "part listed twice":
					if len(found) < 2 {
						t.Errorf("found %+v", found)
					}
				case len(tt.want) == 1 && strings.HasSuffix(tt.want[0], " "): // of whichever file it was
					if len(found) != 1 || string(found[0].Kind)+" " != tt.want[0] {
						t.Errorf("found %+v; want one %q", found, tt.want)
					}
				default:
					compareFindings(t, found, tt.want...)
				}
			})
		}
	}
}

// A commit that was cut off anywhere is told from damage and from files that
// nobody knows.
func TestVerifyUnfinished(t *testing.T) {
	t.Parallel()
	stop := errors.New("stop")
	for _, op := range []string{"publish", "delete"} {
		for n := range 3 {
			t.Run(fmt.Sprint(op, n), func(t *testing.T) {
				t.Parallel()
				tb := newTable(t)
				if err := tb.convert(t, disk.Store{}, otherOptions()); err != nil {
					t.Fatal(err)
				}
				store := &storagetest.Hooked{Store: disk.Store{}, Before: storagetest.FailNth(op, n+1, stop)}
				if err := tb.convert(t, store, tableOptions); !errors.Is(err, stop) {
					t.Fatalf("error is %v; want %v", err, stop)
				}
				v, err := Table(t.Context(), disk.Store{}, tb.dest, Options{})
				if err != nil {
					t.Fatal(err)
				}
				compareFindings(t, v.Findings, "unfinished "+tb.dest+strings.TrimPrefix(recordName, "table"))
			})
		}
	}
}

// A job that is converted while its files are read is not called damaged.
func TestVerifyMeanwhile(t *testing.T) {
	t.Parallel()
	tb := newTable(t)
	if err := tb.convert(t, disk.Store{}, tableOptions); err != nil {
		t.Fatal(err)
	}
	once := false
	store := &storagetest.Hooked{Store: disk.Store{}, Before: func(op, _ string) (err error) {
		if op == "open" && !once {
			once = true
			err = tb.convert(t, disk.Store{}, otherOptions())
		}
		return err
	}}
	v, err := Table(t.Context(), store, tb.dest, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	compareFindings(t, v.Findings, "unfinished "+tb.dest+strings.TrimPrefix(recordName, "table"))
}

// What cannot be read is an error, not damage, and hides no damage elsewhere.
func TestVerifyFaults(t *testing.T) {
	t.Parallel()
	objects := memoryTable(t, tableOptions)
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		if strings.HasSuffix(name, ".ndjson") {
			parts = append(parts, name)
		}
	}
	objects[parts[0]] += "x"
	objects["table/mine.parquet"] = ""
	damage := []string{"size " + parts[0], "unknown table/mine.parquet"}
	tests := []struct {
		op, name string
		want     []string
	}{
		{"list", "table", nil},
		{"list", "table/" + ledger.StateFolder, nil},
		{"get", recordName, nil},
		{"open", parts[1], damage},
		{"read", parts[1], damage},
		{"stat", "table/mine.parquet", damage[:1]},
	}
	for _, tt := range tests {
		for _, cause := range []error{fs.ErrPermission, io.ErrUnexpectedEOF} {
			t.Run(fmt.Sprintf("%s %s, %v", tt.op, path.Base(tt.name), cause), func(t *testing.T) {
				t.Parallel()
				broken := &storage.Error{Op: "read", Name: tt.name, Err: cause}
				store := &storagetest.Hooked{Store: storagetest.Memory{Objects: objects}, Before: func(op, name string) error {
					if op == tt.op && name == tt.name {
						return broken
					}
					return nil
				}}
				v, err := Table(t.Context(), store, "table", Options{})
				if !errors.Is(err, cause) || !strings.Contains(err.Error(), tt.name) {
					t.Errorf("error is %v; want %v", err, broken)
				}
				compareFindings(t, v.Findings, tt.want...)
			})
		}
	}
	t.Run("everything", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		many := maps.Clone(objects)
		var r ledger.Register
		if err := json.Unmarshal([]byte(objects[recordName]), &r); err != nil {
			t.Fatal(err)
		}
		for range 2 * maxUnread {
			r.Outputs = append(r.Outputs, r.Outputs[0])
		}
		data, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		many[recordName] = string(withChecksum(data))
		opened := 0
		store := &storagetest.Hooked{Store: storagetest.Memory{Objects: many}, Before: func(op, _ string) error {
			if op != "open" {
				return nil
			}
			opened++
			return broken
		}}
		_, err = Table(t.Context(), store, "table", Options{Workers: 1})
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "gave up after 20 files") || opened != maxUnread {
			t.Errorf("error after %d files is %v", opened, err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stop")
		store := &storagetest.Hooked{Store: storagetest.Memory{Objects: objects}, Before: func(op, _ string) error {
			if op == "read" {
				cancel(stop)
				return stop
			}
			return nil
		}}
		if _, err := Table(ctx, store, "table", Options{}); !errors.Is(err, stop) {
			t.Errorf("error is %v; want %v", err, stop)
		}
	})
}

// What a connection damages is not taken for damage of the file.
func TestVerifyUnsteady(t *testing.T) {
	t.Parallel()
	for name, o := range verifyOptions() {
		for _, damaged := range []string{"part", "record"} {
			t.Run(name+" "+damaged, func(t *testing.T) {
				t.Parallel()
				objects := memoryTable(t, o)
				readings := 0
				store := &damagingStore{Store: storagetest.Memory{Objects: objects}, damage: func(name string, data []byte) {
					if (damaged == "record") == (name == recordName) {
						data[len(data)/2+readings] ^= 1
						readings++
					}
				}}
				v, err := Table(t.Context(), store, "table", Options{Workers: 1})
				var e *storage.Error
				if !errors.As(err, &e) || !strings.Contains(err.Error(), "two readings gave different bytes") {
					t.Errorf("error is %v", err)
				}
				compareFindings(t, v.Findings)
			})
		}
	}
}

// damagingStore damages what is read.
type damagingStore struct {
	storage.Store
	damage func(name string, data []byte)
}

// Open implements storage.Store.
func (s *damagingStore) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	data, _, err := s.Get(ctx, name, 1<<30)
	return io.NopCloser(bytes.NewReader(data)), err
}

// Get implements storage.Store.
func (s *damagingStore) Get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	data, tag, err := s.Store.Get(ctx, name, limit)
	if err == nil {
		s.damage(name, data)
	}
	return data, tag, err
}

// A footer that is larger than what is kept of a file is read all the same.
func TestVerifyLargeFooter(t *testing.T) {
	t.Parallel()
	f, err := parquetfile.New(batchtest.EveryType(), parquetfile.Options{Compression: table.Zstd, KeyValue: []parquetfile.KeyValue{{Key: "large", Value: strings.Repeat("x", 2*tailSize)}}})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	part, err := f.NewPart(&file)
	if err != nil {
		t.Fatal(err)
	}
	if err := part.Close(); err != nil {
		t.Fatal(err)
	}
	v := &verifier{store: storagetest.Memory{Objects: map[string]string{"x": file.String()}}}
	want := &recordedFile{
		job: &verifiedJob{}, object: "x", bytes: int64(file.Len()), crc32: storage.FormatCRC32(crc32.ChecksumIEEE(file.Bytes())),
	}
	for _, field := range batchtest.EveryType().Fields() {
		want.columns = append(want.columns, field.Name)
	}
	if found, err := v.readFile(t.Context(), want); err != nil || found.Kind != "" {
		t.Errorf("found %+v, %v", found, err)
	}
	want.rows = 1
	if found, err := v.readFile(t.Context(), want); err != nil || found.Kind != WrongFooter {
		t.Errorf("found %+v, %v; want that the footer counts no row", found, err)
	}
}

// A folder without a table is not a table that is as it should be.
func TestVerifyNothing(t *testing.T) {
	t.Parallel()
	_, err := Table(t.Context(), storagetest.Memory{Objects: map[string]string{"table/x.txt": ""}}, "table", Options{})
	if err == nil || err.Error() != "read table: no commit record" {
		t.Errorf("error is %v", err)
	}
}

// withChecksum puts its checksum first in an indented JSON object, as a register has it.
func withChecksum(object []byte) []byte {
	rest := bytes.TrimPrefix(object, []byte("{"))
	return fmt.Appendf(nil, "{\n \"crc32\": %q,%s", storage.FormatCRC32(crc32.ChecksumIEEE(rest)), rest)
}
