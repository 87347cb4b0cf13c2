package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/storage"
	"batchreport/convert/storage/storagetest"
	"batchreport/schema"
)

// sourceTree is what the sources of TestSources are found in.
func sourceTree(t *testing.T) map[string]string {
	t.Helper()
	good := reporttest.File{Status: reporttest.StatusSucceeded, Data: reporttest.GoodLine}
	tree := map[string]string{
		"s3://b/reports/other.txt":                                          "no report",
		"s3://b/running/job-" + reporttest.JobC + "/results/1.csv":          reporttest.GoodLine,
		"s3://b/running/job-" + reporttest.JobC + "/results/2.csv":          reporttest.GoodLine,
		"s3://b/reports/deep/job-" + reporttest.JobC + "/results/1.csv":     reporttest.GoodLine,
		"s3://b/reports/_batchreport/job-" + reporttest.JobB + "/rejects/x": "",
		"s3://b/nothing/readme.txt":                                         "",
		"s3://b/csv/1.csv":                                                  reporttest.GoodLine,
		"s3://b/csv/2.csv":                                                  reporttest.GoodLine + reporttest.GoodLine,
		"s3://b/csv/deep/3.csv":                                             reporttest.GoodLine,
		"s3://b/csv/[4].csv":                                                reporttest.GoodLine,
		storage.Stdio:                                                       reporttest.GoodLine,
	}
	add := func(prefix string, files map[string]string) {
		for name, data := range files {
			tree[prefix+name] = data
		}
	}
	add("s3://b/", reporttest.ReportFiles(t, "reports/deep/er/", reporttest.JobA, good, reporttest.File{Status: reporttest.StatusFailed, Data: reporttest.BadLine}))
	add("s3://b/", reporttest.ReportFiles(t, "reports/", reporttest.JobB))
	add("s3://b/reports/_batchreport/", reporttest.ReportFiles(t, "", reporttest.JobC, good)) // the state of a table there
	add("s3://b/", reporttest.ReportFiles(t, "slash//", reporttest.JobA, good))
	add("s3://b/", reporttest.ReportFiles(t, "", reporttest.JobC, good))
	add("s3://b/copies/", reporttest.ReportFiles(t, "reports/", reporttest.JobA, good)) // the manifest has the keys of the original
	for name, data := range reporttest.ReportFiles(t, "reports/", reporttest.JobA, good) {
		_, rest := schema.SplitJob(name)
		tree["s3://b/flat/"+rest] = data
	}
	return tree
}

func TestSources(t *testing.T) {
	t.Parallel()
	tree := sourceTree(t)
	// A job is told as its name and its files.
	const (
		folderA = "s3://b/reports/deep/er/job-" + reporttest.JobA
		folderB = "s3://b/reports/job-" + reporttest.JobB
	)
	reportsA, reportsB := reporttest.JobA+" 2 "+folderA, reporttest.JobB+" 0 "
	twins := "read sources: " + folderA + "/manifest.json and s3://b/copies/reports/job-" + reporttest.JobA + "/manifest.json are both of job " + reporttest.JobA
	tests := []struct {
		name    string
		sources []string
		want    []string
		warning string
		err     string
	}{
		{name: "manifest", sources: []string{folderA + "/manifest.json"}, want: []string{reportsA}},
		{name: "job folder", sources: []string{folderA}, want: []string{reportsA}},
		{name: "job folder with a slash", sources: []string{folderA + "/"}, want: []string{reportsA}},
		{name: "without results", sources: []string{folderB}, want: []string{reportsB}},
		{
			name: "folder of job folders", sources: []string{"s3://b/reports"}, want: []string{reportsA, reportsB},
			warning: "skipped a job without manifest.json, it may be running still [folder s3://b/reports/deep/job-" + reporttest.JobC + "/]",
		},
		{
			name: "folder of job folders with a slash", sources: []string{"s3://b/reports/"}, want: []string{reportsA, reportsB},
			warning: "skipped a job without manifest.json, it may be running still [folder s3://b/reports/deep/job-" + reporttest.JobC + "/]",
		},
		{name: "a job often", sources: []string{folderA, folderA + "/manifest.json", folderA + "/", "s3://b/reports/deep/er"}, want: []string{reportsA}},
		{name: "several", sources: []string{folderB, "s3://b/csv/1.csv", folderA}, want: []string{reportsB, reportsA, "source-53184cf9df99f7c7 1 s3://b/csv/1.csv"}},
		{name: "no prefix", sources: []string{"s3://b/job-" + reporttest.JobC}, want: []string{reporttest.JobC + " 1 s3://b/job-" + reporttest.JobC}},
		{name: "double slash", sources: []string{"s3://b/slash"}, want: []string{reporttest.JobA + " 1 s3://b/slash//job-" + reporttest.JobA}},
		{name: "copy", sources: []string{"s3://b/copies"}, want: []string{reporttest.JobA + " 1 s3://b/copies/reports/job-" + reporttest.JobA}},
		{name: "copy without its folder", sources: []string{"s3://b/flat/manifest.json"}, want: []string{reporttest.JobA + " 1 s3://b/flat"}},
		{name: "file", sources: []string{"s3://b/csv/2.csv"}, want: []string{"source-c3afd4c01dc1ce78 1 s3://b/csv/2.csv"}},
		{name: "file of a running job", sources: []string{"s3://b/running/job-" + reporttest.JobC + "/results/1.csv"}, want: []string{"source-1 1 s3://b/running/job-" + reporttest.JobC + "/results/1.csv"}},
		{name: "files are one job", sources: []string{"s3://b/csv/2.csv", "s3://b/csv/1.csv"}, want: []string{"source-2 2 s3://b/csv/2.csv"}},
		{name: "a file often", sources: []string{"s3://b/csv/1.csv", "s3://b/csv/1.csv", "s3://b/csv/?.csv"}, want: []string{"source-3 2 s3://b/csv/1.csv"}},
		{name: "pattern", sources: []string{"s3://b/csv/*.csv"}, want: []string{"source-4 3 s3://b/csv/1.csv"}},
		{name: "pattern of manifests", sources: []string{"s3://b/copies/*/job-*/manifest.json"}, want: []string{reporttest.JobA + " 1 s3://b/copies/reports/job-" + reporttest.JobA}},
		{name: "pattern in a folder", sources: []string{"s3://b/*/*/3.csv"}, want: []string{"source-5 1 s3://b/csv/deep/3.csv"}},
		{name: "what could be a pattern", sources: []string{"s3://b/csv/[4].csv"}, want: []string{"source-6 1 s3://b/csv/[4].csv"}},
		{name: "standard input", sources: []string{storage.Stdio}, want: []string{"source-7 1 -"}},

		{name: "running job", sources: []string{"s3://b/running/job-" + reporttest.JobC}, err: "read s3://b/running/job-" + reporttest.JobC + "/: no manifest.json"},
		{name: "folder with a running job alone", sources: []string{"s3://b/running"}, err: "read s3://b/running: no job-<uuid>/manifest.json in this folder", warning: "skipped a job without manifest.json, it may be running still [folder s3://b/running/job-" + reporttest.JobC + "/]"},
		{name: "folder without a job", sources: []string{"s3://b/nothing"}, err: "read s3://b/nothing: no job-<uuid>/manifest.json in this folder"},
		{name: "missing", sources: []string{folderA, "s3://b/missing"}, err: "read s3://b/missing: file does not exist"},
		{name: "missing manifest", sources: []string{"s3://b/missing/manifest.json"}, want: []string{"read s3://b/missing/manifest.json: file does not exist"}},
		{name: "pattern without a match", sources: []string{"s3://b/csv/*.txt"}, err: "find s3://b/csv/*.txt: nothing matches"},
		{name: "bad pattern", sources: []string{"s3://b/csv/[.csv"}, err: "read pattern s3://b/csv/[.csv: syntax error in pattern"},
		{name: "two manifests of a job", sources: []string{folderA, "s3://b/copies"}, want: []string{twins, twins}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			warning := ""
			s := &Finder{Store: storagetest.Memory{Objects: tree}, Hash: true, Warn: func(message string, args ...any) {
				warning += fmt.Sprint(message, " ", args)
			}}
			found, err := s.Find(t.Context(), tt.sources)
			if got := fmt.Sprint(err); got != cmp.Or(tt.err, "<nil>") {
				t.Fatalf("error is %q; want %q", got, tt.err)
			}
			if warning != tt.warning {
				t.Errorf("warned %q; want %q", warning, tt.warning)
			}
			if err != nil {
				return
			}
			if len(found) != len(tt.want) {
				t.Fatalf("%d jobs; want %d: %+v", len(found), len(tt.want), found)
			}
			for i, f := range found {
				if got := describe(f); !samePlace(got, tt.want[i]) {
					t.Errorf("job is %q; want %q", got, tt.want[i])
				}
				for _, file := range f.Job.Files {
					if data := tree[file.Name]; file.Size != int64(len(data)) || file.MD5 != reporttest.MD5([]byte(data)) {
						t.Errorf("file is %+v; want %d bytes of MD5 %s", file, len(data), reporttest.MD5([]byte(data)))
					}
				}
			}
		})
	}
}

// describe tells a job as its name, the number of its files and the place of the first.
func describe(f Found) string {
	if f.Err != nil {
		return f.Err.Error()
	}
	place := ""
	if len(f.Job.Files) > 0 {
		place = f.Job.Files[0].Name
	}
	return fmt.Sprint(f.Job.Name, " ", len(f.Job.Files), " ", place)
}

// samePlace compares descriptions; that of a job folder stands for its files,
// source-n for the hash that names a job.
func samePlace(got, want string) bool {
	if strings.HasPrefix(got, "source-") && strings.HasPrefix(want, "source-") {
		_, got, _ = strings.Cut(got, " ")
		_, want, _ = strings.Cut(want, " ")
	}
	folder, _, inFolder := strings.Cut(got, "/results/")
	return got == want || inFolder && folder == want
}

// The name of a job without an id depends on the names and bytes of its files alone.
func TestSourceNames(t *testing.T) {
	t.Parallel()
	tree := map[string]string{"a": "1", "b": "2", "c": "1"}
	names := map[string]string{}
	for _, files := range []string{"a", "b", "c", "a b", "b a", "a c"} {
		s := &Finder{Store: storagetest.Memory{Objects: tree}, Hash: true}
		for range 2 {
			found, err := s.Find(t.Context(), strings.Fields(files))
			if err != nil {
				t.Fatal(err)
			}
			name := found[0].Job.Name
			if other, ok := names[name]; ok && other != files {
				t.Errorf("%s and %s are both called %s", other, files, name)
			}
			names[name] = files
		}
	}
	if len(names) != 6 {
		t.Errorf("%d names; want 6", len(names))
	}
	tree["a"] = "changed"
	found, err := (&Finder{Store: storagetest.Memory{Objects: tree}, Hash: true}).Find(t.Context(), []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := names[found[0].Job.Name]; ok {
		t.Error("other bytes have the same name")
	}
}

// What a manifest says is not followed out of its folder.
func TestSourceHostileKeys(t *testing.T) {
	t.Parallel()
	const folder = "s3://b/in/job-" + reporttest.JobA + "/"
	for _, key := range []string{
		"in/job-" + reporttest.JobA + "/../../secret.csv",
		"in/job-" + reporttest.JobA + "//etc/passwd",
		"../../secret.csv",
		"/etc/passwd",
		"secret.csv",
		"s3://b/secret.csv",
		"in/job-" + reporttest.JobA + "/",
		"..",
		"/",
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			tree := map[string]string{
				"s3://b/secret.csv": reporttest.GoodLine, "s3://b/in/secret.csv": reporttest.GoodLine, "/etc/passwd": reporttest.GoodLine, "secret.csv": reporttest.GoodLine,
				folder + "results/1.csv": reporttest.GoodLine,
			}
			reporttest.PutManifest(t, tree, folder, schema.Manifest{
				Format:       schema.ManifestFormat,
				ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
				Results:      []schema.Result{{TaskExecutionStatus: reporttest.StatusSucceeded, MD5Checksum: reporttest.MD5([]byte(reporttest.GoodLine)), Key: key}},
			})
			store := &storagetest.Hooked{Store: storagetest.Memory{Objects: tree}, Before: func(op, name string) error {
				if !strings.HasPrefix(name, folder) {
					t.Errorf("%s %s", op, name)
				}
				return nil
			}}
			found, err := (&Finder{Store: store}).Find(t.Context(), []string{folder + "manifest.json"})
			if err != nil || len(found) != 1 {
				t.Fatalf("found %v and error %v", found, err)
			}
			if err := found[0].Err; !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("error is %v; want one of a missing file", err)
			}
		})
	}
}

func TestSourceManifests(t *testing.T) {
	t.Parallel()
	const folder = "s3://b/job-" + reporttest.JobA + "/"
	tests := []struct {
		name string
		edit func(files map[string]string)
		want string
	}{
		{"good", func(map[string]string) {}, "<nil>"},
		{"no sum beside it", func(f map[string]string) { delete(f, folder+"manifest.json.md5") }, "<nil>"},
		{"sum in upper case and with a line end", func(f map[string]string) {
			f[folder+"manifest.json.md5"] = strings.ToUpper(f[folder+"manifest.json.md5"]) + "\n"
		}, "<nil>"},
		{"changed", func(f map[string]string) { f[folder+"manifest.json"] += " " }, "the file is damaged or was changed"},
		{"cut off", func(f map[string]string) {
			delete(f, folder+"manifest.json.md5")
			f[folder+"manifest.json"] = f[folder+"manifest.json"][:20]
		}, "read " + folder + "manifest.json: parse manifest: unexpected end of JSON input"},
		{"a result file is missing", func(f map[string]string) {
			maps.DeleteFunc(f, func(name, _ string) bool { return strings.HasSuffix(name, ".csv") })
		}, "file does not exist"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{}
			for name, data := range reporttest.ReportFiles(t, "", reporttest.JobA, reporttest.File{Status: reporttest.StatusSucceeded, Data: reporttest.GoodLine}) {
				files["s3://b/"+name] = data
			}
			tt.edit(files)
			found, err := (&Finder{Store: storagetest.Memory{Objects: files}}).Find(t.Context(), []string{folder})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(found[0].Err); !strings.HasSuffix(got, tt.want) {
				t.Errorf("error is %q; want …%q", got, tt.want)
			}
		})
	}
}

// Whatever call fails is the error, for its job or for all.
func TestSourceFaults(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tree := sourceTree(t)
	for _, op := range []string{"stat", "list", "open", "read"} {
		for n := 1; ; n++ {
			failed := false
			store := &storagetest.Hooked{Store: storagetest.Memory{Objects: tree}}
			fail := storagetest.FailNth(op, n, broken)
			store.Before = func(called, name string) error {
				err := fail(called, name)
				failed = failed || err != nil
				return err
			}
			jobs, err := (&Finder{Store: store, Hash: true, Warn: func(string, ...any) {}}).Find(t.Context(), []string{"s3://b/reports", "s3://b/csv/*.csv"})
			if !failed {
				break
			}
			failedJob := slices.ContainsFunc(jobs, func(f Found) bool { return errors.Is(f.Err, broken) })
			if !errors.Is(err, broken) && !failedJob {
				t.Errorf("%s %d: error is %v, jobs are %v; want %v", op, n, err, jobs, broken)
			}
		}
	}
}
