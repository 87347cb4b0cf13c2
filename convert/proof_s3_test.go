package convert

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"batchreport/convert/ledger"
	"batchreport/convert/storage/storagetest"
	"batchreport/convert/table"
)

// On S3 the ETag is taken for proof where TLS guards the way and the object was
// not uploaded in parts.
func TestS3VerifyInput(t *testing.T) {
	r := startS3(t)
	tls, plain := r.server.NewTLSProxy(t), r.server.NewProxy(t)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, tls.CA(), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CA_BUNDLE", bundle)

	const before = 3 // the manifest, its MD5 and the commit record are read first
	tests := []struct {
		name        string
		mode        table.VerifyInput
		proxy       *storagetest.Proxy
		parts, flip bool
		want        ledger.Verification // of every file; empty where the run must fail
	}{
		{name: "auto", mode: table.VerifyAuto, proxy: plain, want: ledger.VerifiedMD5},
		{name: "TLS, auto", mode: table.VerifyAuto, proxy: tls, want: ledger.VerifiedETag},
		{name: "TLS, md5", mode: table.VerifyMD5, proxy: tls, want: ledger.VerifiedMD5},
		{name: "TLS, none", mode: table.VerifyNone, proxy: tls, want: ledger.VerifiedNone},
		{name: "TLS, auto, parts", mode: table.VerifyAuto, proxy: tls, parts: true, want: ledger.VerifiedMD5},
		{name: "auto, flipped", mode: table.VerifyAuto, proxy: plain, flip: true},
		{name: "md5, flipped", mode: table.VerifyMD5, proxy: plain, flip: true},
		{name: "none, flipped", mode: table.VerifyNone, proxy: plain, flip: true, want: ledger.VerifiedNone},
		{name: "TLS, md5, flipped", mode: table.VerifyMD5, proxy: tls, flip: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := r.in(t, t.Name())
			if tt.parts {
				r.inParts(t)
			}
			tt.proxy.Mend()
			if tt.flip {
				tt.proxy.Break(storagetest.GetObject, before, 1, storagetest.Flip(700))
			}
			o, dest := s3Options, r.dest(t)+"/table"
			o.VerifyInput = tt.mode
			err := r.convert(t, r.open(t, tt.proxy), dest, o)
			record, readErr := readRecord(t, r.store, dest)
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
			for _, in := range record.Inputs {
				if in.Verified != tt.want {
					t.Errorf("%s: verified is %q; want %q", in.Key, in.Verified, tt.want)
				}
			}
		})
	}
}

// inParts makes the objects of the report uploads of parts.
func (r *s3Report) inParts(t *testing.T) {
	t.Helper()
	for name, data := range r.tree(t, r.source) {
		out, err := r.store.Create(t.Context(), r.source+"/"+name, "")
		if err != nil {
			t.Fatal(err)
		}
		defer out.Abort()
		if _, err := out.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
		p, err := out.Commit()
		if err == nil {
			err = r.store.Publish(t.Context(), p)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
