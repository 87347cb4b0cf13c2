package main

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// nfpmConfig says what is in a package, and where.
//
//go:embed nfpm.yaml
var nfpmConfig string

// packages makes the packages of an architecture of Linux.
func (d *dist) packages(arch, binary string) error {
	config, err := template.New("nfpm.yaml").Parse(nfpmConfig)
	if err != nil {
		return err
	}
	root, err := filepath.Abs(d.work("package"))
	if err != nil {
		return err
	}
	if binary, err = filepath.Abs(binary); err != nil {
		return err
	}
	contents, err := d.layOut(root)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := config.Execute(&text, map[string]any{
		"Arch": arch, "Version": d.version, "Date": d.date.Format(time.RFC3339), "License": noLicense, "Binary": binary, "Root": root, "Contents": contents,
	}); err != nil {
		return err
	}
	name := filepath.Join(root, "nfpm.yaml")
	if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
		return err
	}
	out, err := filepath.Abs(d.out)
	if err != nil {
		return err
	}
	for _, kind := range []string{"deb", "rpm"} {
		target := filepath.Join(out, "batchreport-"+d.version+"-linux-"+arch+"."+kind)
		cmd := exec.Command("go", "-C", "testdata/tools/nfpm", "tool", "nfpm", "package", "--config", name, "--packager", kind, "--target", target)
		cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", d.date.Unix()))
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("make %s: %w\n%s", target, err, text)
		}
	}
	return nil
}

// places returns where a file of the archives goes in a package: in one of Debian and in
// one of Red Hat. They are empty for a file that no package has.
func places(name string) (deb, rpm string) {
	folder, base := filepath.Split(name)
	switch {
	case strings.HasPrefix(folder, "man/"):
		place := "/usr/share/" + name + ".gz"
		return place, place
	case base == "batchreport.bash":
		place := "/usr/share/bash-completion/completions/batchreport"
		return place, place
	case base == "_batchreport":
		return "/usr/share/zsh/vendor-completions/_batchreport", "/usr/share/zsh/site-functions/_batchreport"
	case base == "batchreport.fish":
		place := "/usr/share/fish/vendor_completions.d/batchreport.fish"
		return place, place
	case base == "LICENSES.txt": // Debian's name for it
		return "/usr/share/doc/batchreport/copyright", "/usr/share/doc/batchreport/LICENSES.txt"
	case folder == "":
		place := "/usr/share/doc/batchreport/" + base
		return place, place
	}
	return "", ""
}

// content is a file of a package.
type content struct{ From, Deb, RPM string }

// layOut writes the files of a package into a folder, and says where they go.
func (d *dist) layOut(root string) (contents []content, err error) {
	for _, f := range d.common {
		deb, rpm := places(f.name)
		if deb == "" {
			continue
		}
		data := f.data
		if strings.HasSuffix(deb, ".gz") {
			if data, err = compressed(data); err != nil {
				return nil, err
			}
		}
		from := filepath.Join(root, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(from), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(from, data, 0o644); err != nil {
			return nil, err
		}
		contents = append(contents, content{from, deb, rpm})
	}
	return contents, nil
}

// compressed returns data as gzip -9n compresses it.
func compressed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
