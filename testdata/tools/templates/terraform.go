package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// configuration is a file of Terraform while it is checked.
type configuration struct {
	provider string
	kinds    map[string]*resource // by type
	declared map[string]bool      // var.x, local.x, aws_x.y
	findings []string
}

// checkTerraform returns what is wrong with a file of Terraform.
func checkTerraform(name string, data []byte, provider string) []string {
	file, diagnostics := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return []string{diagnostics.Error()}
	}
	c := &configuration{provider: provider, kinds: map[string]*resource{}, declared: map[string]bool{}}
	body := file.Body.(*hclsyntax.Body)
	for _, b := range body.Blocks {
		c.declare(b)
	}
	for _, b := range body.Blocks {
		c.references(b.Body)
		if b.Type == "resource" && len(b.Labels) == 2 {
			if r := c.kinds[b.Labels[0]]; r != nil {
				c.block(b.Body, &r.block, metaArguments)
			}
		}
	}
	return c.findings
}

// metaArguments are attributes and blocks that each resource has.
var metaArguments = []string{"depends_on", "count", "for_each", "provider", "lifecycle"}

func (c *configuration) find(at hcl.Range, format string, args ...any) {
	c.findings = append(c.findings, fmt.Sprintf("line %d: ", at.Start.Line)+fmt.Sprintf(format, args...))
}

// declare notes what a block declares.
func (c *configuration) declare(b *hclsyntax.Block) {
	switch b.Type {
	case "terraform", "provider", "output":
	case "variable":
		c.declared["var."+strings.Join(b.Labels, ".")] = true
	case "locals":
		for name := range b.Body.Attributes {
			c.declared["local."+name] = true
		}
	case "resource":
		c.declared[strings.Join(b.Labels, ".")] = true
		if len(b.Labels) != 2 || c.kinds[b.Labels[0]] != nil {
			break
		}
		r, err := readResource(c.provider, b.Labels[0])
		if err != nil {
			c.find(b.TypeRange, "%v", err)
		}
		c.kinds[b.Labels[0]] = r
	default:
		c.find(b.TypeRange, "a block %s is not known here", b.Type)
	}
}

// references checks that all that is referred to in a block is declared, and has the
// attribute that is asked for.
func (c *configuration) references(body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		for _, t := range a.Expr.Variables() {
			var steps []string
			for _, step := range t {
				switch s := step.(type) {
				case hcl.TraverseRoot:
					steps = append(steps, s.Name)
				case hcl.TraverseAttr:
					steps = append(steps, s.Name)
				}
			}
			if len(steps) < 2 {
				continue // a word, as for the type of a variable
			}
			name := steps[0] + "." + steps[1]
			if !c.declared[name] {
				c.find(t.SourceRange(), "%s is declared nowhere", name)
			} else if r := c.kinds[steps[0]]; r != nil && len(steps) > 2 && !r.exported[steps[2]] {
				c.find(t.SourceRange(), "%s has no attribute %s", steps[0], steps[2])
			}
		}
	}
	for _, b := range body.Blocks {
		c.references(b.Body)
	}
}

// block checks a block by what the provider takes there.
func (c *configuration) block(body *hclsyntax.Body, takes *block, others []string) {
	for name, a := range body.Attributes {
		is, ok := takes.attributes[name]
		switch {
		case !ok && !slices.Contains(others, name):
			c.find(a.NameRange, "no attribute %s is known here", name)
		case ok:
			c.value(a, is.kind)
		}
	}
	for name, is := range takes.attributes {
		if is.required && body.Attributes[name] == nil {
			c.find(body.MissingItemRange(), "the attribute %s is missing", name)
		}
	}
	for _, b := range body.Blocks {
		inner := takes.blocks[b.Type]
		switch {
		case inner != nil:
			c.block(b.Body, inner, nil)
		case !slices.Contains(others, b.Type):
			c.find(b.TypeRange, "no block %s is known here", b.Type)
		}
	}
}

// value checks an attribute whose value stands there.
func (c *configuration) value(a *hclsyntax.Attribute, kind string) {
	want, ok := map[string]cty.Type{"string": cty.String, "number": cty.Number, "boolean": cty.Bool}[kind]
	if value, diagnostics := a.Expr.Value(nil); ok && !diagnostics.HasErrors() {
		if _, err := convert.Convert(value, want); err != nil {
			c.find(a.SrcRange, "%s: %v", a.Name, err)
		}
	}
}
