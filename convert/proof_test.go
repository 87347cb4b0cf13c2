package convert

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"batchreport/convert/internal/reporttest"
	"batchreport/convert/ledger"
	"batchreport/convert/plan"
	"batchreport/convert/storage"
	"batchreport/convert/storage/disk"
	"batchreport/convert/table"
	"batchreport/convert/verify"
)

// attestingStore attests every object it opens.
type attestingStore struct{ storage.Store }

func (s attestingStore) Open(ctx context.Context, name, etag string) (io.ReadCloser, error) {
	r, err := s.Store.Open(ctx, name, etag)
	return attested{r}, err
}

type attested struct{ io.ReadCloser }

func (attested) Attests(string) bool { return true }

// damageInput changes a byte of a result file, and leaves its size and its rows.
func damageInput(t *testing.T, tb testTable) {
	t.Helper()
	for _, info := range listed(t, tb.source) {
		data, err := os.ReadFile(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		if before := string(data); strings.Contains(before, "year%3D") {
			if err := os.WriteFile(info.Name, []byte(strings.Replace(before, "year%3D", "yEar%3D", 1)), 0o666); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("nothing to damage")
}

// zipInput compresses the result files, each in its place.
func zipInput(t *testing.T, tb testTable) {
	t.Helper()
	for _, info := range listed(t, tb.source) {
		if !strings.HasSuffix(info.Name, ".csv") {
			continue
		}
		data, err := os.ReadFile(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(z.Close(), os.WriteFile(info.Name, zipped.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
}

func listed(t *testing.T, folder string) []storage.Info {
	t.Helper()
	var all []storage.Info
	for info, err := range (disk.Store{}).List(t.Context(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info)
	}
	return all
}

// How a file is verified follows from the option and from what the store attests,
// and the record says it.
func TestVerifyInput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		mode    table.VerifyInput
		store   storage.Store
		damaged bool
		zipped  bool
		want    ledger.Verification // of every file; empty where the run must fail
	}{
		{name: "default", store: disk.Store{}, want: ledger.VerifiedMD5},
		{name: "auto", mode: table.VerifyAuto, store: disk.Store{}, want: ledger.VerifiedMD5},
		{name: "auto, attested", mode: table.VerifyAuto, store: attestingStore{disk.Store{}}, want: ledger.VerifiedETag},
		{name: "md5, attested", mode: table.VerifyMD5, store: attestingStore{disk.Store{}}, want: ledger.VerifiedMD5},
		{name: "none", mode: table.VerifyNone, store: disk.Store{}, want: ledger.VerifiedNone},
		{name: "none, attested", mode: table.VerifyNone, store: attestingStore{disk.Store{}}, want: ledger.VerifiedNone},
		{name: "auto, damaged", mode: table.VerifyAuto, store: disk.Store{}, damaged: true},
		{name: "md5, damaged", mode: table.VerifyMD5, store: attestingStore{disk.Store{}}, damaged: true},
		{name: "none, damaged", mode: table.VerifyNone, store: disk.Store{}, damaged: true, want: ledger.VerifiedNone},
		{name: "auto, attested, gzip", mode: table.VerifyAuto, store: attestingStore{disk.Store{}}, zipped: true, want: ledger.VerifiedMD5},
		{name: "auto, attested, gzip, damaged", mode: table.VerifyAuto, store: attestingStore{disk.Store{}}, zipped: true, damaged: true},
		{name: "none, gzip", mode: table.VerifyNone, store: disk.Store{}, zipped: true, want: ledger.VerifiedNone},
		// Whoever attests what is not so is believed: it is for the store to be right.
		{name: "auto, attested, damaged", mode: table.VerifyAuto, store: attestingStore{disk.Store{}}, damaged: true, want: ledger.VerifiedETag},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tb := newTable(t)
			if tt.damaged {
				damageInput(t, tb)
			}
			if tt.zipped {
				zipInput(t, tb)
			}
			o := tableOptions
			o.VerifyInput = tt.mode
			_, err := convertChecked(t.Context(), t, tt.store, []string{tb.source}, tb.dest, o)
			record, readErr := readRecord(t, disk.Store{}, tb.dest)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if tt.want == "" {
				if err == nil || !strings.Contains(err.Error(), "the MD5 of its ") || record != nil {
					t.Errorf("error is %v; want one of the MD5, and no record", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			unverified := int64(0)
			for _, in := range record.Inputs {
				if in.Verified != tt.want {
					t.Errorf("%s: verified is %q; want %q", in.Key, in.Verified, tt.want)
				}
				if tt.want == ledger.VerifiedNone {
					unverified++
				}
			}
			if record.Totals.Unverified != unverified {
				t.Errorf("%d files are unverified; want %d", record.Totals.Unverified, unverified)
			}
			if v, err := verify.Table(t.Context(), disk.Store{}, tb.dest, verify.Options{}); err != nil || len(v.Findings) > 0 {
				t.Errorf("the record contradicts itself: %+v, %v", v.Findings, err)
			}
		})
	}
}

// How input is verified does not change what is written, but what was verified
// less than is asked for is not taken for done.
func TestVerifyInputAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		first, then table.VerifyInput
		again       bool
	}{
		{table.VerifyNone, table.VerifyNone, false},
		{table.VerifyNone, table.VerifyAuto, true},
		{table.VerifyNone, table.VerifyMD5, true},
		{table.VerifyAuto, table.VerifyNone, false},
		{table.VerifyAuto, table.VerifyAuto, false},
		{table.VerifyAuto, table.VerifyMD5, true}, // auto has taken the store's word
		{table.VerifyMD5, table.VerifyAuto, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.first, " then ", tt.then), func(t *testing.T) {
			t.Parallel()
			store, tb := attestingStore{disk.Store{}}, newTable(t)
			first, then := tableOptions, tableOptions
			first.VerifyInput, then.VerifyInput = tt.first, tt.then
			planOf := func(o Options) *plan.Plan {
				p, err := MakePlan(t.Context(), store, []string{tb.source}, tb.dest, o)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			if a, b := planOf(first).Jobs[0].Fingerprint, planOf(then).Jobs[0].Fingerprint; a != b {
				t.Errorf("fingerprints are %s and %s", a, b)
			}
			run := func(o Options) Outcome {
				s, err := RunTask(t.Context(), store, planOf(o), 0, o.Run)
				if err != nil {
					t.Fatal(err)
				}
				return s.Outcome
			}
			want := map[bool]Outcome{false: Unchanged, true: Written}[tt.again]
			if got := run(first); got != Written {
				t.Fatalf("the task was %s", got)
			}
			if got := run(then); got != want {
				t.Errorf("the task was %s; want %s", got, want)
			}

			// What is committed stays, and is said to be less than is asked for.
			if _, err := Convert(t.Context(), store, []string{tb.source}, tb.dest, first); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			then.Log = slog.New(slog.NewTextHandler(&log, nil))
			s, err := Convert(t.Context(), store, []string{tb.source}, tb.dest, then)
			if err != nil || s.Jobs[0].Outcome != Unchanged {
				t.Fatalf("job is %s, %v", s.Jobs[0].Outcome, err)
			}
			if got := strings.Contains(log.String(), "not verified as is asked for now"); got != tt.again {
				t.Errorf("the log says %q", log.String())
			}
		})
	}
}

// Records of versions that hashed everything do not say so.
func TestVerifyInputOldRecord(t *testing.T) {
	t.Parallel()
	o := Options{Spec: table.Spec{VerifyInput: table.VerifyMD5}}
	if !isVerified(o.VerifyInput, []ledger.Input{{Key: "a", MD5: reporttest.MD5(nil)}}) {
		t.Error("a record without the word counts as unverified")
	}
}
