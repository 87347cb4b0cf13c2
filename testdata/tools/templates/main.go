// Command templates checks files that create what the product needs at AWS, by the schemas
// of those who read them: templates of AWS SAM by that of goformation, and files of Terraform
// by that of the AWS provider, as the npm package @cdktf/provider-aws has it. It says what
// no schema knows: resources, properties, attributes and blocks that are misspelt, missing
// or of another type, and names of what is declared nowhere.
//
//	templates -provider FOLDER FILE...
//
// FOLDER has the lib folder of the npm package.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	provider := flag.String("provider", "", "`FOLDER` of the npm package @cdktf/provider-aws")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "templates: no file is named")
		os.Exit(2)
	}
	code := 0
	for _, name := range flag.Args() {
		for _, finding := range check(name, *provider) {
			fmt.Fprintf(os.Stderr, "%s: %s\n", name, finding)
			code = 1
		}
	}
	os.Exit(code)
}

// check returns what is wrong with a file.
func check(name, provider string) []string {
	data, err := os.ReadFile(name)
	if err != nil {
		return []string{err.Error()}
	}
	switch ending := filepath.Ext(name); ending {
	case ".yaml":
		return checkSAM(data)
	case ".tf":
		return checkTerraform(name, data, provider)
	default:
		return []string{"what ends in " + ending + " is not checked"}
	}
}
