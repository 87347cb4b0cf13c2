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

// notLicense matches those of them that only add to it.
var notLicense = regexp.MustCompile(`(?i)^(notice|patents)`)

// module is a module that is linked into the command.
type module struct {
	licenses map[string]bool   // their names
	files    map[string][]byte // texts, by their path below the module
}

func newModule() *module { return &module{licenses: map[string]bool{}, files: map[string][]byte{}} }

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
				modules[name] = newModule()
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
	std := newModule()
	if err := std.read(root, root); err != nil {
		return nil, err
	}
	modules["Go's standard library "+runtime.Version()] = std
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
		if notLicense.MatchString(e.Name()) {
			continue
		}
		found := licensesIn(string(text))
		if len(found) == 0 {
			return fmt.Errorf("the license in %s is not known", path)
		}
		for _, l := range found {
			m.licenses[l] = true
		}
	}
	return nil
}

// licensesIn returns the names of the licenses in a text, as SPDX has them.
func licensesIn(text string) (found []string) {
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
			found = append(found, l.name)
		}
	}
	if slices.Contains(found, "BSD-3-Clause") { // which has all that the other has
		found = slices.DeleteFunc(found, func(name string) bool { return name == "BSD-2-Clause" })
	}
	return found
}

// noLicense says under which license batchreport itself is.
const noLicense = "The owner of batchreport has not chosen a license for it yet, so none is granted."

// listLicenses lists the modules, and then their texts.
func listLicenses(modules map[string]*module) ([]byte, error) {
	list := noLicense + "\n\nThe program contains the following, under the licenses whose texts are below.\n\n"
	texts := ""
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		if len(m.licenses) == 0 {
			return nil, fmt.Errorf("%s has no file that says under which license it is", name)
		}
		list += fmt.Sprintf("%s: %s\n", name, strings.Join(slices.Sorted(maps.Keys(m.licenses)), " AND "))
		for _, file := range slices.Sorted(maps.Keys(m.files)) {
			texts += fmt.Sprintf("\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 78), name, file, strings.TrimSpace(string(m.files[file])))
		}
	}
	return []byte(list + texts), nil
}
