package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// block is what the provider takes in a resource or in a block of one.
type block struct {
	attributes map[string]attribute
	blocks     map[string]*block
}

type attribute struct {
	kind     string // number, boolean, string, or of several values
	required bool
}

// resource is a type of resource.
type resource struct {
	block
	exported map[string]bool // the attributes that others may refer to
}

var (
	entry    = regexp.MustCompile(`(?m)^ +(\w+): \{\n +value: (.*),\n +isBlock: (true|false),\n +type: "\w+",\n +storageClassType: "(\w+)"`)
	nested   = regexp.MustCompile(`(?:^|[^.\w])(\w+)ToHclTerraform\b`)
	getter   = regexp.MustCompile(`Attribute\('(\w+)'\)`)
	property = regexp.MustCompile(`(?m)^    readonly (\w+)(\??):`)
	letter   = regexp.MustCompile(`_(\w)`)
)

// readResource reads what the npm package says of a type of resource.
func readResource(provider, kind string) (*resource, error) {
	name := strings.ReplaceAll(strings.TrimPrefix(kind, "aws_"), "_", "-")
	folder := filepath.Join(provider, "lib", name)
	js, err := os.ReadFile(filepath.Join(folder, "index.js"))
	if err != nil {
		return nil, fmt.Errorf("the provider has no resource %s: %w", kind, err)
	}
	types, err := os.ReadFile(filepath.Join(folder, "index.d.ts"))
	if err != nil {
		return nil, err
	}
	class := strings.ToUpper(name[:1]) + camel(strings.ReplaceAll(name[1:], "-", "_"))
	source := resourceSource{string(js), string(types)}
	b, err := source.block("    synthesizeHclAttributes() {", class+"Config")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	r := &resource{block: *b, exported: map[string]bool{}}
	for _, m := range getter.FindAllStringSubmatch(string(js), -1) {
		r.exported[m[1]] = true
	}
	return r, nil
}

// resourceSource is the source of a resource: what it does, and its types.
type resourceSource struct{ js, types string }

// block returns the block that a function of the source writes, and that has the properties
// of an interface.
func (s resourceSource) block(function, properties string) (*block, error) {
	_, body, found := strings.Cut(s.js, "\n"+function)
	_, fields, typed := strings.Cut(s.types, "export interface "+properties+" ")
	if !found || !typed {
		return nil, fmt.Errorf("its source has no %q or no %s", strings.TrimSpace(function), properties)
	}
	end := "\n}\n"
	if strings.HasPrefix(function, " ") {
		end = "\n    }\n"
	}
	body, _, _ = strings.Cut(body, end)
	fields, _, _ = strings.Cut(fields, "\n}")
	optional := map[string]bool{}
	for _, m := range property.FindAllStringSubmatch(fields, -1) {
		optional[m[1]] = m[2] == "?"
	}
	b := &block{map[string]attribute{}, map[string]*block{}}
	for _, m := range entry.FindAllStringSubmatch(body, -1) {
		name, value, isBlock, kind := m[1], m[2], m[3] == "true", m[4]
		is, known := optional[camel(name)]
		inner := nested.FindStringSubmatch(value)
		if !isBlock || inner == nil {
			b.attributes[name] = attribute{kind, known && !is}
			continue
		}
		of, err := s.block("function "+inner[1]+"ToHclTerraform(struct) {", strings.ToUpper(inner[1][:1])+inner[1][1:])
		if err != nil {
			return nil, err
		}
		b.blocks[name] = of
	}
	return b, nil
}

// camel returns a name of Terraform as the npm package spells it.
func camel(name string) string {
	return letter.ReplaceAllStringFunc(name, func(s string) string { return strings.ToUpper(s[1:]) })
}
