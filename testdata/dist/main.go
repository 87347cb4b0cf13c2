// Command dist makes what a release consists of: archives, packages, an image, a list of
// licenses and checksums. The same commit and Go give the same bytes.
//
//	go run ./testdata/dist -out FOLDER GOOS/GOARCH…
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	d := dist{}
	flag.StringVar(&d.out, "out", ".dist", "`FOLDER` for what is made")
	flag.BoolVar(&d.rebuild, "rebuild", false, "take nothing from Go's cache")
	flag.BoolVar(&d.imageOnly, "image", false, "make the image alone")
	flag.Parse()
	if err := d.make(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// dist is a release in the making.
type dist struct {
	out       string
	rebuild   bool
	imageOnly bool
	version   string    // without a v
	date      time.Time // of the commit, and of every file
	common    []file    // what is in every archive: all but the binary
}

// file is a file of an archive or a package.
type file struct {
	name string // with slashes
	mode int64
	data []byte
}

// make makes the release for the platforms.
func (d *dist) make(platforms []string) error {
	if err := os.RemoveAll(d.out); err != nil {
		return err
	}
	if err := d.describe(); err != nil {
		return err
	}
	licenses, err := licenses(platforms)
	if err != nil {
		return err
	}
	if err := d.gather(licenses); err != nil {
		return err
	}
	for _, platform := range platforms {
		binary, err := d.build(platform)
		if err == nil && !d.imageOnly {
			err = d.pack(platform, binary)
		}
		if err != nil {
			return err
		}
	}
	if err := d.image(platforms, licenses); err != nil {
		return err
	}
	return d.sum()
}

// work returns the name of what is made on the way, and is no part of the release.
func (d *dist) work(name string) string { return filepath.Join(d.out, "built", name) }

// build builds the command for a platform, unless it has been built, and returns its name.
func (d *dist) build(platform string) (string, error) {
	goos, goarch, ok := strings.Cut(platform, "/")
	if !ok {
		return "", fmt.Errorf("%q is no GOOS/GOARCH", platform)
	}
	binary := filepath.Join(d.work(folderOf(platform)), "batchreport")
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	args := []string{"build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w", "-o", binary}
	if d.rebuild {
		args = append(args, "-a")
	}
	cmd := exec.Command("go", append(args, "./cmd/batchreport")...)
	// Neither the machine's own settings nor a C compiler have a say.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOOS="+goos, "GOARCH="+goarch)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build for %s: %w\n%s", platform, err, text)
	}
	return binary, nil
}

// describe builds the command for this machine, which says its version, and writes the man
// pages and completions.
func (d *dist) describe() error {
	binary, err := d.build(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return err
	}
	text, err := output(binary, "version", "--json")
	if err != nil {
		return err
	}
	var version struct {
		Version string    `json:"version"`
		Date    time.Time `json:"date"`
		Changed bool      `json:"changed"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return err
	}
	if version.Date.IsZero() {
		return errors.New("no commit is found here, so there is neither version nor date: make it in a clone, and no worktree")
	}
	if version.Changed {
		fmt.Fprintln(os.Stderr, "dist: files differ from the commit: nobody else can make the same")
	}
	d.version, d.date = version.Version, version.Date
	if _, err := output(binary, "__man", d.work("man")); err != nil {
		return err
	}
	for shell, name := range completions() {
		script, err := output(binary, "completion", shell)
		if err != nil {
			return err
		}
		d.common = append(d.common, file{"completions/" + name, 0o644, script})
	}
	return nil
}

// completions returns the names of the scripts, as their shells look for them.
func completions() map[string]string {
	return map[string]string{"bash": "batchreport.bash", "zsh": "_batchreport", "fish": "batchreport.fish", "powershell": "batchreport.ps1"}
}

// output returns what a program prints.
func output(program string, args ...string) ([]byte, error) {
	cmd := exec.Command(program, args...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "BATCHREPORT_JSON=", "BATCHREPORT_QUIET=")
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", program, strings.Join(args, " "), err)
	}
	return text, nil
}

// gather reads what is in every archive beside the completions.
func (d *dist) gather(licenses []byte) error {
	d.common = append(d.common, file{"LICENSES.txt", 0o644, licenses})
	man := d.work("man")
	pages, err := filepath.Glob(filepath.Join(man, "man?", "*"))
	if err != nil {
		return err
	}
	from := map[string]string{"README.md": "README.md", "CHANGELOG.md": ".github/CHANGELOG.md"}
	for _, page := range pages {
		name, err := filepath.Rel(man, page)
		if err != nil {
			return err
		}
		from["man/"+filepath.ToSlash(name)] = page
	}
	for name, path := range from {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		d.common = append(d.common, file{name, 0o644, data})
	}
	return nil
}
