package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// licenseFile matches the names of files that say under which license a folder is.
var licenseFile = regexp.MustCompile(`(?i)^(license|licence|copying|notice|patents|unlicense)(\.|-|$)`)

// module is a module that is linked into the command.
type module struct {
	name    string // with its version
	license string
	files   map[string][]byte // texts, by their path below the module
}

// licenses returns the licenses of all that is linked into the command on any of the
// platforms: a list of them, and then their texts. It fails where one has none that is known.
func licenses(platforms []string) ([]byte, error) {
	modules := map[string]*module{}
	for _, platform := range platforms {
		goos, goarch, _ := strings.Cut(platform, "/")
		packages, err := output("env", "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch, "go", "list", "-deps",
			"-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}\t{{end}}{{end}}{{.Dir}}", "./cmd/batchreport")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(packages)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if len(fields) != 3 {
				continue // the standard library's, or of this module
			}
			name, root, folder := fields[0], fields[1], fields[2]
			if modules[name] == nil {
				modules[name] = &module{name: name, files: map[string][]byte{}}
			}
			// A folder may have a license of its own beside that of its module.
			for {
				if err := modules[name].read(root, folder); err != nil {
					return nil, err
				}
				if folder == root {
					break
				}
				folder = filepath.Dir(folder)
			}
		}
	}
	goRoot, err := output("go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(string(goRoot))
	std := &module{name: "Go's standard library " + runtime.Version(), files: map[string][]byte{}}
	if err := std.read(root, root); err != nil {
		return nil, err
	}
	modules[std.name] = std
	return listLicenses(modules)
}

// read reads the license files of a folder of the module whose root is given.
func (m *module) read(root, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !licenseFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		m.files[filepath.ToSlash(name)] = text
		if folder == root && m.license == "" {
			m.license = licenseOf(string(text))
		}
	}
	return nil
}

// licenseOf returns the name of the license that has the text, as SPDX has it. It is empty
// where none is known.
func licenseOf(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, l := range []struct{ name, has string }{
		{"Apache-2.0", "Apache License Version 2.0, January 2004"},
		{"MPL-2.0", "Mozilla Public License Version 2.0"},
		{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without"},
		{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
		{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	} {
		if strings.Contains(text, l.has) {
			return l.name
		}
	}
	return ""
}

// noLicense says under which license batchreport itself is.
const noLicense = "The owner of batchreport has not chosen a license for it yet, so none is granted."

// listLicenses lists the modules, and then their texts.
func listLicenses(modules map[string]*module) ([]byte, error) {
	list := noLicense + "\n\nThe program contains the following, under the licenses whose texts are below.\n\n"
	texts := ""
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		if m.license == "" {
			return nil, fmt.Errorf("%s has no license file whose license is known: has %q", name, slices.Sorted(maps.Keys(m.files)))
		}
		list += fmt.Sprintf("%-14s %s\n", m.license, name)
		for _, file := range slices.Sorted(maps.Keys(m.files)) {
			texts += fmt.Sprintf("\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 78), name, file, strings.TrimSpace(string(m.files[file])))
		}
	}
	return []byte(list + texts), nil
}
