package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// image makes the image of the binaries for Linux, which are given by their platforms.
func (d *dist) image(platforms []string, licenses []byte) error {
	work, err := filepath.Abs(d.work(""))
	if err != nil {
		return err
	}
	list := filepath.Join(work, "LICENSES.txt")
	if err := os.WriteFile(list, licenses, 0o644); err != nil {
		return err
	}
	target := filepath.Join(filepath.Dir(work), "batchreport-"+d.version+"-image.tar")
	args := []string{"-C", "testdata/tools/image", "tool", "image", "-version", d.version, "-date", d.date.Format(time.RFC3339), "-licenses", list, "-out", target}
	binaries := 0
	for _, platform := range platforms {
		if arch, ok := strings.CutPrefix(platform, "linux/"); ok {
			args = append(args, arch+"="+filepath.Join(work, folderOf(platform), "batchreport"))
			binaries++
		}
	}
	if binaries == 0 {
		return nil
	}
	if text, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("make %s: %w\n%s", target, err, text)
	}
	return nil
}

// folderOf returns the name that a platform has in names of files.
func folderOf(platform string) string { return strings.ReplaceAll(platform, "/", "-") }
