package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLicensesIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{"Apache License\n  Version 2.0, January 2004", "Apache-2.0"},
		{"Redistributions in binary form must reproduce the above\ncopyright notice, this list", "BSD-2-Clause"},
		{"Redistributions in binary form must reproduce the above copyright notice; may be used to endorse or promote products derived from\nthis software without", "BSD-3-Clause"},
		{"Permission is hereby granted, free of charge, to any person obtaining a copy ... Apache License Version 2.0, January 2004", "Apache-2.0 MIT"},
		{"All rights reserved.", ""},
	} {
		if got := strings.Join(licensesIn(test.text), " "); got != test.want {
			t.Errorf("%q is %q, want %q", test.text, got, test.want)
		}
	}
}

// TestListLicenses checks that a module without a license cannot be shipped.
func TestListLicenses(t *testing.T) {
	t.Parallel()
	m := newModule()
	if _, err := listLicenses(map[string]*module{"a v1": m}); err == nil {
		t.Error("a module without a license is listed")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "LICENSE"), []byte("All rights reserved."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := m.read(folder, folder); err == nil {
		t.Error("a license that is not known is taken")
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"man/man1/batchreport.1":      {"/usr/share/man/man1/batchreport.1.gz", "/usr/share/man/man1/batchreport.1.gz"},
		"completions/_batchreport":    {"/usr/share/zsh/vendor-completions/_batchreport", "/usr/share/zsh/site-functions/_batchreport"},
		"completions/batchreport.ps1": {},
		"LICENSES.txt":                {"/usr/share/doc/batchreport/copyright", "/usr/share/doc/batchreport/LICENSES.txt"},
		"README.md":                   {"/usr/share/doc/batchreport/README.md", "/usr/share/doc/batchreport/README.md"},
	} {
		if deb, rpm := places(name); deb != want[0] || rpm != want[1] {
			t.Errorf("%s goes to %s and %s, want %s", name, deb, rpm, want)
		}
	}
}
