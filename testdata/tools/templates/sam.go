package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	sam "github.com/awslabs/goformation/v7/schema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// template is a template of SAM, as far as it is looked at here.
type template struct {
	Transform  string               `yaml:"Transform"`
	Parameters map[string]any       `yaml:"Parameters"`
	Resources  map[string]yaml.Node `yaml:"Resources"`
}

// checkSAM returns what is wrong with a template of SAM.
func checkSAM(data []byte) (findings []string) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return []string{err.Error()}
	}
	var t template
	if err := root.Decode(&t); err != nil {
		return []string{err.Error()}
	}
	names := map[string]bool{}
	for name := range t.Parameters {
		names[name] = true
	}
	for name := range t.Resources {
		names[name] = true
	}
	if t.Transform != "AWS::Serverless-2016-10-31" || len(t.Resources) == 0 {
		findings = append(findings, "it is no template of SAM that has resources")
	}
	for _, name := range references(&root) {
		if !names[name] && !strings.HasPrefix(name, "AWS::") {
			findings = append(findings, name+" is referred to, and is neither a parameter nor a resource")
		}
	}
	definitions, err := schema()
	if err != nil {
		return append(findings, err.Error())
	}
	for name, node := range t.Resources {
		resource, ok := plain(&node).(map[string]any)
		kind, _ := resource["Type"].(string)
		if !ok || definitions[kind] == nil {
			findings = append(findings, fmt.Sprintf("%s is a resource of the type %q, which SAM does not have", name, kind))
			continue
		}
		s, err := compiled(definitions, kind)
		if err != nil {
			return append(findings, err.Error())
		}
		var invalid *jsonschema.ValidationError
		if err := s.Validate(resource); errors.As(err, &invalid) {
			findings = append(findings, name+": "+strings.ReplaceAll(invalid.Error(), "\n", "\n\t"))
		}
	}
	slices.Sort(findings)
	return findings
}

// schema returns the definitions of SAM: of all resources, and of what is in them.
var schema = sync.OnceValues(func() (map[string]any, error) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(sam.SamSchema))
	if err != nil {
		return nil, err
	}
	definitions := document.(map[string]any)["definitions"].(map[string]any)
	// SAM takes one of two destinations alone, other than the schema says.
	delete(definitions["AWS::Serverless::Function.EventInvokeDestinationConfig"].(map[string]any), "required")
	return definitions, nil
})

// compiled returns the schema of a resource. The compiler gets only the definitions that it
// leads to: all of them take it ten seconds.
func compiled(definitions map[string]any, kind string) (*jsonschema.Schema, error) {
	const at, begin = "https://sam/schema", "#/definitions/"
	needed := map[string]any{}
	var need func(node any)
	need = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, inner := range n {
				need(inner)
			}
		case map[string]any:
			for _, inner := range n {
				need(inner)
			}
			ref, _ := n["$ref"].(string)
			if name := strings.TrimPrefix(ref, begin); ref != "" && needed[name] == nil {
				needed[name] = definitions[name]
				need(definitions[name])
			}
		}
	}
	need(map[string]any{"$ref": begin + kind})
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(at, map[string]any{"$schema": "http://json-schema.org/draft-04/schema#", "definitions": needed}); err != nil {
		return nil, err
	}
	return compiler.Compile(at + begin + kind)
}

var inSub = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)[^}]*\}`)

// references returns the names that a node refers to.
func references(n *yaml.Node) (names []string) {
	switch n.Tag {
	case "!Ref":
		names = append(names, n.Value)
	case "!GetAtt":
		name, _, _ := strings.Cut(n.Value, ".")
		names = append(names, name)
	case "!Sub":
		for _, m := range inSub.FindAllStringSubmatch(n.Value, -1) {
			names = append(names, m[1])
		}
	}
	for _, inner := range n.Content {
		names = append(names, references(inner)...)
	}
	return names
}

// plain returns a node as JSON has it. What a function such as !Ref gives is a string here.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			object[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, inner := range n.Content {
			list = append(list, plain(inner))
		}
		return list
	}
	if strings.HasPrefix(n.Tag, "!!") {
		var value any
		if err := n.Decode(&value); err == nil {
			return value
		}
	}
	return n.Value
}
